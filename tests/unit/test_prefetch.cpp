// The requests for the next tile's weights, in the lowered loops.
#include <string>

#include "layout/shapes.h"
#include "catch.h"
#include "process.h"
#include "schedules/kernel_types.h"

using namespace mobilith;
using nlohmann::json;

namespace {

constexpr Machine machine{16, 32, true, 32 << 10, 1 << 20};

// The kernel's loops as Halide prints them, with `changes` made to its default schedule.
std::string lowered(const char* type, const json& shape, const json& changes) {
  const TemporaryFolder folder;
  json schedule = kernel_type(type).default_schedule(shape, machine);
  schedule.merge_patch(changes);
  BuiltKernel built = kernel_type(type).build(shape, schedule, machine);
  Halide::Target target("x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41-no_runtime-no_asserts");
  built.output.compile_to_lowered_stmt(
      folder / "kernel.stmt", {built.arguments.begin(), built.arguments.end()}, Halide::Text, target);
  return read_text(folder / "kernel.stmt");
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) found++;
  return found;
}

}  // namespace

TEST_CASE("weights of the next tile are asked for where the schedule says so, in the loop over k") {
  const Window window{14, 14, 14, 14, 1, 1, 1};
  const std::pair<const char*, json> kernels[] = {
      {"separable", SeparableShape{window, 512, 1, 512}},
      {"inverted_residual", InvertedResidualShape{window, 96, 576, 96, true, true}},
      {"head", HeadShape{7, 7, 320, 1280, 1000, OutputFunction::softmax}}};
  for (const auto& [type, shape] : kernels) {
    INFO(type);
    CHECK(lowered(type, shape, {{"prefetch", false}}).find("prefetch(") == std::string::npos);
    const std::string text = lowered(type, shape, {{"prefetch", true}});
    REQUIRE(text.find("prefetch(") != std::string::npos);
    // Directly after the head of a loop, the innermost: nothing but other requests lies between.
    const size_t loop = text.rfind("for (", text.find("prefetch("));
    CHECK(count(text.substr(loop, text.find("prefetch(") - loop), "\n") == 1);
  }
}

TEST_CASE("a step of k asks for its part of the next tile") {
  // 14 x 2 tiles: 16 tiles of 32 channels, each 512 x 32 floats, swept in 14 rows of 512 steps: 2.3, so 3
  // floats a step.
  const std::string text =
      lowered("separable", SeparableShape{{14, 14, 14, 14, 1, 1, 1}, 512, 1, 512},
              {{"tile", {{"pixels", 14}, {"vectors", 2}}}, {"strip", 14}, {"flat", false}});
  const std::string request = text.substr(text.find("prefetch("), 200);
  CHECK(request.find("weights") != std::string::npos);
  CHECK(request.find("*16384") != std::string::npos);  // floats of a tile
  CHECK(request.find("*3)") != std::string::npos);
  CHECK(count(text, "prefetch(") == 1);
}
