#include "examples/example.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <sstream>

#include "catch.h"
#include "reference/reference.h"

namespace mobilith::examples {

namespace {

std::vector<double> probabilities(int number) {
  const Network network = build_network({"mobilenet_v1", 0.25, 1, side, side, 1000});
  reference::Activation input{network.blocks.front().in(), {}};
  for (const char byte : pixels(number))
    input.values.push_back(static_cast<float>(static_cast<unsigned char>(byte)) / 127.5f - 1);
  return reference::run_network(network, *open_weights("synthetic"), input, false).values;
}

std::vector<Tag> tags(const std::vector<std::string>& lines) {
  std::vector<Tag> found;
  for (const std::string& line : lines) {
    std::istringstream words(line);
    Tag tag{};
    std::string rest;
    const bool is_tag = line.starts_with("  ") && words >> tag.number >> tag.probability && !(words >> rest);
    INFO(line);
    CHECK(is_tag);
    found.push_back(tag);
  }
  return found;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Copy::Copy(const std::string& name) : name_("an app/" + name) {  // a space in the path, on purpose
  for (const std::string& folder : {name, std::string("picture")}) {
    const std::filesystem::path to = folder_ / "an app" / folder;
    std::filesystem::create_directories(to);
    std::filesystem::copy(apps / folder, to, std::filesystem::copy_options::recursive);
    for (const char* made : {"build", "target", "tree"}) std::filesystem::remove_all(to / made);
  }
}

std::string Copy::documented(const std::string& file, const std::string& start) const {
  std::string command;
  for (const std::string& line : lines_of(read_text(*this / file))) {
    std::string text = line.substr(std::min(line.size(), line.find_first_not_of("*#/! ")));
    if (command.empty() && !text.starts_with(start)) continue;
    const bool goes_on = text.ends_with("\\");
    if (goes_on) text.pop_back();
    command += text.substr(0, text.find("  "));  // a remark may follow
    if (!goes_on) break;
    command += " ";
  }
  INFO(file << " has no command that starts with: " << start);
  REQUIRE(!command.empty());
  return command;
}

void Copy::follow(const std::string& file, const std::string& start, const std::string& more,
                  const std::vector<std::string>& environment) const {
  const std::string command = documented(file, start) + more;
  INFO(command);
  must({"sh", "-ec", "cd '" + (folder_ / name_).string() + "'; " + command}, environment);
}

void Copy::generate(const std::string& file, const std::string& more) const {
  std::string command = documented(file, "mobilith generate ") + more;
  const std::string weights = "--weights my_model.keras", program = "mobilith";
  INFO(command);
  REQUIRE(command.find(weights) != std::string::npos);
  command.replace(command.find(weights), weights.size(),
                  "--weights synthetic --net mobilenet_v1 --alpha 0.25 --resolution " + std::to_string(side));
  command.replace(0, program.size(), MOBILITH_PROGRAM);
  must({"sh", "-ec", "cd '" + (folder_ / name_).string() + "'; " + command});
}

std::string pixels(int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::string bytes;
  for (uint32_t i = 0; i < side * side * 3; i++) bytes += static_cast<char>(random() >> 24);
  return bytes;
}

std::string write_ppm(const std::filesystem::path& folder, int number) {
  const std::string path = folder / (std::to_string(number) + ".ppm"), size = std::to_string(side);
  write_text(path, "P6\n" + size + " " + size + "\n255\n" + pixels(number));
  return path;
}

const std::vector<double>& expected(int number) {
  static const std::array<std::vector<double>, 3> all{probabilities(0), probabilities(1), probabilities(2)};
  return all.at(static_cast<size_t>(number));
}

void check_best_five(const std::vector<Tag>& found, int number) {
  const std::vector<double>& values = expected(number);
  std::vector<double> falling = values;
  std::sort(falling.begin(), falling.end(), std::greater<>());
  REQUIRE(found.size() == 5);
  for (size_t i = 0; i < found.size(); i++) {
    // Two classes that are this near each other may change places.
    CHECK(std::abs(found[i].probability - falling[i]) <= 1e-4 * falling[0]);
    CHECK(std::abs(found[i].probability - values.at(static_cast<size_t>(found[i].number))) <=
          1e-4 * falling[0]);
    for (size_t j = 0; j < i; j++) CHECK(found[i].number != found[j].number);
  }
}

void check_lines(const std::string& out, int number) { check_best_five(tags(lines_of(out)), number); }

void check_lines(const std::string& out, const std::vector<std::string>& paths) {
  const std::vector<std::string> lines = lines_of(out);
  REQUIRE(lines.size() == 6 * paths.size());
  for (size_t i = 0; i < paths.size(); i++) {
    const auto at = lines.begin() + static_cast<long>(6 * i);
    CHECK(*at == paths[i]);
    check_best_five(tags({at + 1, at + 6}), static_cast<int>(i));
  }
}

std::string must(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  const ProcessResult result = run_process(words, environment);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
  return result.out;
}

void check_one_line_error(const std::vector<std::string>& words, const std::string& part) {
  const ProcessResult result = run_process(words);
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(result.err.find(part) != std::string::npos);
}

}  // namespace mobilith::examples
