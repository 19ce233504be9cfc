// Files that are cut or damaged: a graph, or one line that says why not; never a crash.
#include "catch.h"
#include "formats/cases.h"
#include "formats/numbers.h"
#include "formats/reading.h"
#include "graph/evaluate.h"

namespace test_damage {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// Reads the file, and computes what is small. Whether it was read.
bool survives(const std::string& bytes) {
  try {
    const file::Graph graph = read(bytes, {.height = 4, .width = 4});
    int64_t all = 0;
    for (const file::Tensor& tensor : graph.tensors)
      if (tensor.shape) all += count(*tensor.shape);
    if (all > 100000) return true;
    std::vector<std::vector<double>> inputs;
    for (const int i : graph.inputs) inputs.emplace_back(count(*graph.tensors[i].shape), 0.5);
    file::evaluate(graph, inputs);
    return true;
  } catch (const file::Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return false;
  }
}

std::vector<FormatCase> all_cases() {
  auto cases = tflite_cases();
  for (auto& one : onnx_cases()) cases.push_back(one);
  for (auto& one : tensorflow_cases()) cases.push_back(one);
  return cases;
}

}  // namespace

TEST_CASE("a file cut anywhere is refused or is a file still") {
  for (const FormatCase& one : all_cases()) {
    INFO(one.name);
    for (size_t size = 0; size < one.bytes.size(); size += 7) survives(one.bytes.substr(0, size));
  }
}

TEST_CASE("a file with damaged bytes is refused or is another file") {
  uint32_t random = 1;
  const auto next = [&](uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  int read_still = 0, refused = 0;
  for (const FormatCase& one : all_cases())
    for (int k = 0; k < 150; ++k) {
      std::string bytes = one.bytes;
      for (uint32_t flips = 1 + next(3); flips > 0; --flips)
        bytes[next(uint32_t(bytes.size()))] = next(2) ? char(next(256)) : char(next(2) ? 0xff : 0x7f);
      ++(survives(bytes) ? read_still : refused);
    }
  // Else nothing was tried.
  CHECK(read_still > 100);
  CHECK(refused > 100);
}

TEST_CASE("a file of very many empty messages is refused before it is parsed") {
  std::string graph;
  for (int i = 0; i < 3000000; ++i) graph += std::string("\x0a\x00", 2);  // nodes
  std::string bytes("\x08\x08\x3a", 3);
  for (size_t size = graph.size(); size > 0; size >>= 7) bytes += char((size & 127) | (size > 127 ? 128 : 0));
  CHECK(refusal(bytes + graph) == "more than two million fields");
}

}  // namespace test_damage
