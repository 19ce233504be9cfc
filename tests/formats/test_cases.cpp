// The interpreter against what the formats' own engines compute of small files.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "formats/cases.h"
#include "formats/numbers.h"
#include "formats/reading.h"
#include "graph/evaluate.h"

namespace test_cases {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

nlohmann::json answers(const std::string& format) {
  std::ifstream file(std::string(MOBILITH_TEST_DATA "/formats/answers_") + format + ".json");
  return nlohmann::json::parse(file);
}

void compare(const FormatCase& one, const nlohmann::json& answer, double tolerance) {
  INFO(one.name);
  const file::Graph graph = read(one.bytes);
  const std::vector<float> x = numbers(*graph.tensors[graph.inputs[0]].shape);
  const auto outputs =
      file::evaluate(graph, std::vector<std::vector<double>>{std::vector<double>(x.begin(), x.end())});
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0].shape == answer["shape"].get<std::vector<int64_t>>());
  const auto expected = answer["values"].get<std::vector<double>>();
  REQUIRE(outputs[0].numbers.size() == expected.size());
  double largest = 1e-30, worst = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    worst = std::max(worst, std::abs(outputs[0].numbers[i] - expected[i]));
  }
  CHECK(worst <= tolerance * largest);
}

void compare_all(const std::vector<FormatCase>& cases, const std::string& format) {
  const nlohmann::json all = answers(format);
  CHECK(all.size() == cases.size());
  for (const FormatCase& one : cases) {
    INFO(one.name);
    REQUIRE(all.contains(one.name));
    // LiteRT rounds inputs to 8 bits beside whole weights; the file's function has no such rounding.
    compare(one, all[one.name], one.name == "conv_whole_weights" ? 1e-2 : 1e-6);
  }
}

}  // namespace

TEST_CASE("each operation of TFLite computes what LiteRT computes") { compare_all(tflite_cases(), "tflite"); }

TEST_CASE("each operation of ONNX computes what ONNX Runtime computes") { compare_all(onnx_cases(), "onnx"); }

TEST_CASE("each operation of TensorFlow computes what TensorFlow computes") {
  compare_all(tensorflow_cases(), "pb");
}

TEST_CASE("an observer sees each operation's output") {
  const auto cases = onnx_cases();
  const auto found =
      std::find_if(cases.begin(), cases.end(), [](auto& one) { return one.name == "quantise_dequantise"; });
  const file::Graph graph = read(found->bytes);
  std::vector<std::string> seen;
  file::evaluate(graph, std::vector<std::vector<double>>{std::vector<double>(120, 0.3)},
                 [&](int tensor, const file::Value& value) {
                   seen.push_back(graph.tensors[tensor].name);
                   CHECK(value.numbers.size() == 120);
                 });
  CHECK(seen == std::vector<std::string>{"q", "y"});
}

}  // namespace test_cases
