#include "state_dicts/torch_answers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "state_dicts/formula_dicts.h"

namespace mobilith::testing {

namespace {

const std::filesystem::path folder = MOBILITH_TEST_DATA "/torch_graphs";

void add_line(file::StateDict& dict, const std::string& line) {
  std::istringstream words(line);
  std::string name, extent;
  std::vector<int64_t> shape;
  bool batch_norm = false;
  for (words >> name; words >> extent;) {
    batch_norm |= extent == "*";
    if (extent != "*") shape.push_back(std::stoll(extent));
  }
  if (!batch_norm) return dict.tensors.push_back(formula_tensor(name, shape, name));
  for (const char* role : {".weight", ".bias", ".running_mean", ".running_var"})
    dict.tensors.push_back(formula_tensor(name + role, shape, name + role));
  dict.tensors.push_back(
      named_tensor(name + ".num_batches_tracked", file::ElementType::i64, {}, std::string(8, '\0')));
}

}  // namespace

TorchAnswer torch_answer(const std::string& network) {
  std::string name = network;
  std::ranges::replace(name, '/', '-');
  std::ifstream file(folder / (name + ".txt"));
  TorchAnswer answer;
  std::string line;
  std::getline(file, answer.network);
  if (!(file >> answer.height >> answer.width)) throw std::runtime_error("no answers of " + network);
  std::getline(file, line);
  std::getline(file, line);
  std::istringstream numbers(line);
  for (double number; numbers >> number;) answer.output.push_back(number);
  while (std::getline(file, line)) add_line(answer.dict, line);
  return answer;
}

std::vector<std::string> answered_networks() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::getline(file, names.emplace_back());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace mobilith::testing
