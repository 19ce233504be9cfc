#include "output.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

std::vector<std::string> read_labels(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> labels;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  if (labels.empty()) throw std::runtime_error("--labels: " + path + ": can't be read, or is empty");
  return labels;
}

std::string label_of(const std::vector<std::string>& labels, int index) {
  return static_cast<size_t>(index) < labels.size() ? labels[static_cast<size_t>(index)]
                                                    : "class " + std::to_string(index);
}

void print_text(const std::string& picture, const Answer& answer, const std::vector<std::string>& labels,
                bool probabilities) {
  const bool colour = isatty(STDOUT_FILENO) != 0;
  std::printf("%s  (%.2f ms)\n", picture.c_str(), 1e3 * answer.seconds);
  for (const Class& entry : answer.best) {
    const std::string label = label_of(labels, entry.index);
    if (!probabilities) {
      std::printf("  %-28s %10.5f\n", label.c_str(), static_cast<double>(entry.value));
      continue;
    }
    constexpr int width = 30;
    std::string bar;
    for (int i = 0; i < static_cast<int>(entry.value * width + 0.5f); i++) bar += "█";
    std::printf("  %-28s %6.2f %%  %s%s%s\n", label.c_str(), 100.0 * entry.value, colour ? "\x1b[32m" : "",
                bar.c_str(), colour ? "\x1b[0m" : "");
  }
}

void print_json(const std::vector<std::pair<std::string, Answer>>& answers,
                const std::vector<std::string>& labels, bool probabilities) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [picture, answer] : answers) {
    nlohmann::json best = nlohmann::json::array();
    for (const Class& entry : answer.best)
      best.push_back({{"class", entry.index},
                      {"label", label_of(labels, entry.index)},
                      {probabilities ? "probability" : "value", entry.value}});
    all.push_back({{"picture", picture}, {"seconds", answer.seconds}, {"best", best}});
  }
  std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}
