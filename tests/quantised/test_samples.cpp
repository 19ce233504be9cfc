// The quantised model files of MOBILITH_SAMPLE_MODELS: what LiteRT's reference kernels answer to two
// pictures, and each operation's output in both arithmetics. What is not there is skipped.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "catch.h"
#include "formats/samples.h"
#include "nightly.h"
#include "process.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"
#include "skip.h"
#include "text/sha256.h"

namespace mobilith::testing::test_samples {

namespace {

// The picture's pixels as the model's input stores them.
std::vector<double> stored_picture(const file::Graph& graph, const std::string& name) {
  const file::Tensor& tensor = graph.tensors[size_t(graph.inputs[0])];
  std::vector<double> numbers;
  for (const int pixel : picture(name, int((*tensor.shape)[1]), int((*tensor.shape)[2])))
    numbers.push_back(tensor.type == file::ElementType::i8 ? pixel - 128 : pixel);
  return numbers;
}

// The first digits of each operation's output's hash, in order.
std::string hashes(const file::Graph& graph, quantised::Requantise mode) {
  std::string text;
  const std::vector<std::vector<double>> inputs{stored_picture(graph, "formula")};
  quantised::evaluate(graph, inputs, mode, [&](int tensor, const file::Value& value) {
    const std::string bytes = stored_bytes(value, graph.tensors[size_t(tensor)].type);
    text += (text.empty() ? "" : " ") + sha256(bytes).substr(0, 16);
  });
  return text;
}

}  // namespace

TEST_CASE("a quantised file computes what LiteRT's kernels answer, element for element",
          "[.quantised_sample]") {
  const std::optional<Sample> found = sample();
  if (!found) return;
  const file::Graph graph = graph_of_file(found->path);
  size_t runs = 0;
  for (const auto& run : found->answer["runs"]) {
    const std::string name = run["input"];
    if (name.find("reference kernels") == std::string::npos) continue;
    CAPTURE(name);
    const std::vector<std::vector<double>> inputs{stored_picture(graph, name)};
    const auto outputs = quantised::evaluate(graph, inputs, quantised::Requantise::integer);
    for (size_t i = 0; i < outputs.size(); ++i) {
      const auto& answer = run["outputs"].at(graph.tensors[size_t(graph.outputs[i])].name);
      CHECK(outputs[i].numbers == answer["values"].get<std::vector<double>>());
    }
    ++runs;
  }
  CHECK(runs == 2);
}

TEST_CASE("each operation of a quantised file makes what LiteRT's makes, in both arithmetics",
          "[.quantised_sample]") {
  const std::optional<Sample> found = sample();
  if (!found) return;
  const file::Graph graph = graph_of_file(found->path);
  const auto said =
      nlohmann::json::parse(std::ifstream(MOBILITH_TEST_DATA "/quantised/samples.json")).at(found->id);
  const std::string integer = hashes(graph, quantised::Requantise::integer);
  const std::string floating = hashes(graph, quantised::Requantise::floating);
  CHECK(integer == said["integer"].get<std::string>());
  CHECK(floating == said["floating"].get<std::string>());
  CHECK(integer != floating);
  CHECK(integer.size() == graph.operations.size() * 17 - 1);
}

// MOBILITH_REQUANTISE names one of the two; at night it is both. Where MOBILITH_AT_NIGHT is set, none by day.
TEST_CASE("the library of a quantised file gives each block's numbers, in both arithmetics",
          "[.quantised_library]") {
  if (std::getenv("MOBILITH_AT_NIGHT") && !nightly())
    return skip("of files of one kind the others' libraries are made at night (scripts/nightly.sh)");
  const std::optional<Sample> found = sample();
  if (!found) return;
  const TemporaryFolder folder;
  const char* only = nightly() ? nullptr : std::getenv("MOBILITH_REQUANTISE");
  int tried = 0;
  for (const std::string requantise : {"float", "integer"}) {
    if (only && requantise != only) continue;
    tried++;
    const ProcessResult made = run_process({MOBILITH_PROGRAM, "generate", "--weights", found->path, "--out",
                                            (folder / requantise).string(), "--requantise", requantise});
    INFO(requantise << ": " << made.err);
    CHECK(made.code == 0);
    CHECK(made.out.find("checked for") != std::string::npos);
  }
  CHECK(tried == (only ? 1 : 2));
}

}  // namespace mobilith::testing::test_samples
