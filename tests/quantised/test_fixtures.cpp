// Small files with every operation: in both arithmetics what LiteRT answers, byte for byte.
// make_fixtures.py made them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"

namespace mobilith::testing::test_fixtures {

namespace {

const std::filesystem::path folder = MOBILITH_TEST_DATA "/quantised";

// The graph's outputs by name, as answers.json has them.
std::map<std::string, std::string> outputs_of(const file::Graph& graph, quantised::Requantise mode) {
  std::vector<std::vector<double>> inputs;
  for (const int i : graph.inputs) inputs.push_back(formula_input(graph.tensors[size_t(i)]));
  const auto values = quantised::evaluate(graph, inputs, mode);
  std::map<std::string, std::string> outputs;
  for (size_t i = 0; i < values.size(); ++i) {
    const file::Tensor& tensor = graph.tensors[size_t(graph.outputs[i])];
    outputs[tensor.name] = hexadecimal(stored_bytes(values[i], tensor.type));
  }
  return outputs;
}

}  // namespace

TEST_CASE("a file of each operation computes what LiteRT's two engines answer, byte for byte") {
  const auto answers = nlohmann::json::parse(std::ifstream(folder / "answers.json"));
  size_t outputs = 0, differing = 0;
  for (const auto& [name, said] : answers.items()) {
    CAPTURE(name);
    const file::Graph graph = graph_of_file(folder / (name + ".tflite"));
    REQUIRE(said["reference"].size() == graph.outputs.size());
    const auto integer = outputs_of(graph, quantised::Requantise::integer);
    const auto floating = outputs_of(graph, quantised::Requantise::floating);
    for (const auto& [output, bytes] : said["reference"].items()) {
      CAPTURE(output);
      const bool differs = said["default"].contains(output);
      CHECK(integer.at(output) == bytes.get<std::string>());
      CHECK(floating.at(output) == (differs ? said["default"][output] : bytes).get<std::string>());
      outputs += 1;
      differing += differs;
    }
  }
  CHECK(answers.size() == 19);
  CHECK(outputs > 120);
  CHECK(differing > 40);  // or the two arithmetics were one
}

TEST_CASE("every file beside the answers has answers") {
  const auto answers = nlohmann::json::parse(std::ifstream(folder / "answers.json"));
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".tflite") {
      CHECK(answers.contains(entry.path().stem().string()));
      ++files;
    }
  CHECK(files == answers.size());
}

}  // namespace mobilith::testing::test_fixtures
