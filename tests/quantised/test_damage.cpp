// Quantised files with one byte changed: each is refused in one line, or computed.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.h"
#include "graph/file_error.h"
#include "nightly.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"

namespace mobilith::testing::test_damage {

namespace {

// Small enough that it is computed in a moment.
bool is_small(const file::Graph& graph) {
  int64_t elements = 0;
  for (const file::Tensor& tensor : graph.tensors)
    if (tensor.shape) elements += file::elements(*tensor.shape, "tensor");
  return elements < 100'000;
}

// Whether it was computed in this arithmetic.
bool computes(const file::Graph& graph, quantised::Requantise mode) {
  try {
    std::vector<std::vector<double>> inputs;
    for (const int i : graph.inputs)
      inputs.emplace_back(file::elements(*graph.tensors[size_t(i)].shape, "input"), 5.0);
    return !quantised::evaluate(graph, inputs, mode).empty();
  } catch (const file::Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return false;
  }
}

}  // namespace

namespace {

struct Counts {
  size_t read = 0, computed = 0, refused = 0;
};

// Each file of the folder with this ending, `changes` times with one byte changed.
Counts damaged(const std::string& folder, const std::string& ending, size_t changes,
               std::initializer_list<quantised::Requantise> modes) {
  auto [read, computed, refused] = Counts{};
  uint32_t state = 1;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ending) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string sound{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (size_t k = 0; k < changes; ++k) {
      std::string bytes = sound;
      state = state * 1664525 + 1013904223;
      bytes[state % bytes.size()] = char(k % 3 == 0 ? 0xff : k % 3 == 1 ? 0 : state >> 24);
      try {
        const file::Graph graph = graph_of_bytes(bytes);
        ++read;
        if (!is_small(graph)) continue;
        for (const auto mode : modes) (computes(graph, mode) ? computed : refused) += 1;
      } catch (const file::Error& error) {
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
      }
    }
  }
  return {read, computed, refused};
}

}  // namespace

TEST_CASE("a quantised file with one byte changed is refused in one line, or computed") {
  const size_t changes = nightly() ? 800 : 200;
  const auto [read, computed, refused] =
      damaged(MOBILITH_TEST_DATA "/quantised", ".tflite", changes,
              {quantised::Requantise::integer, quantised::Requantise::floating});
  CHECK(read > 2000 * changes / 800);
  CHECK(computed > 3000 * changes / 800);
  CHECK(refused > 100 * changes / 800);
}

TEST_CASE("a quantised ONNX file with one byte changed is refused in one line, or computed") {
  const auto [read, computed, refused] =
      damaged(MOBILITH_TEST_DATA "/quantised_onnx", ".onnx", 200, {quantised::Requantise::onnx});
  CHECK(read > 800);
  CHECK(computed > 800);
  CHECK(refused > 10);
}

}  // namespace mobilith::testing::test_damage
