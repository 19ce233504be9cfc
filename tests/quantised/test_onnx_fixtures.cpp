// Small ONNX files with every operation, in both forms: what ONNX Runtime answers, byte for byte.
// make_onnx_fixtures.py made them.
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"
#include "quantised/onnx_models.h"

namespace mobilith::testing::test_onnx_fixtures {

TEST_CASE("a quantised ONNX file of each operation computes what ONNX Runtime answers, byte for byte") {
  const auto answers = nlohmann::json::parse(std::ifstream(onnx_folder / "answers.json"));
  size_t outputs = 0;
  for (const auto& [name, said] : answers.items()) {
    CAPTURE(name);
    const file::Graph graph = graph_of_file(onnx_folder / (name + ".onnx"));
    REQUIRE(said.size() == graph.outputs.size());
    std::vector<std::vector<double>> inputs;
    for (const int i : graph.inputs) inputs.push_back(formula_input(graph.tensors[size_t(i)]));
    const auto values = quantised::evaluate(graph, inputs, quantised::Requantise::onnx);
    for (size_t i = 0; i < values.size(); ++i, ++outputs) {
      const file::Tensor& tensor = graph.tensors[size_t(graph.outputs[i])];
      CAPTURE(tensor.name);
      CHECK(hexadecimal(stored_bytes(values[i], tensor.type)) == said.at(tensor.name).get<std::string>());
    }
  }
  CHECK(answers.size() == 30);
  CHECK(outputs > 180);
}

TEST_CASE("every quantised ONNX file beside the answers has answers") {
  const auto answers = nlohmann::json::parse(std::ifstream(onnx_folder / "answers.json"));
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(onnx_folder))
    if (entry.path().extension() == ".onnx") {
      CHECK(answers.contains(entry.path().stem().string()));
      ++files;
    }
  CHECK(files == answers.size());
}

TEST_CASE("both forms of a quantised ONNX file are one graph of whole numbers") {
  for (const char* of : {"network_%_u8s8", "network_%_u8u8", "network_%_s8s8"}) {
    CAPTURE(of);
    const auto graph = [&](const std::string& form) {
      std::string name = of;
      return graph_of_file(onnx_folder / (name.replace(name.find('%'), 1, form) + ".onnx"));
    };
    const file::Graph one = graph("qdq"), other = graph("qoperator");
    REQUIRE(one.operations.size() == other.operations.size());
    for (size_t i = 0; i < one.operations.size(); ++i) {
      CHECK(one.operations[i].kind == other.operations[i].kind);
      const auto meaning = [i](const file::Graph& of) {
        return of.tensors[size_t(of.operations[i].outputs[0])].quantisation;
      };
      CHECK(meaning(one).scales == meaning(other).scales);
      CHECK(meaning(one).zero_points == meaning(other).zero_points);
    }
  }
}

}  // namespace mobilith::testing::test_onnx_fixtures
