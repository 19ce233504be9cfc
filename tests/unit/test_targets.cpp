// The default schedules compile for every family of vector units that they are meant for; the code is not run
// here.
#include <filesystem>

#include "catch.h"
#include "layout/layer_shapes.h"
#include "nightly.h"
#include "process.h"
#include "schedules/kernel_types.h"

namespace test_targets {

using namespace mobilith;
using nlohmann::json;

namespace {

struct Family {
  const char* target;  // Halide's name
  Machine machine;
};
const Family families[] = {
    {"x86-64-linux-sse41", {4, 16, false, 32 << 10, 256 << 10}},
    {"x86-64-linux-avx-avx2-f16c-fma-sse41", {8, 16, false, 32 << 10, 512 << 10}},
    {"x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41", {16, 32, true, 48 << 10, 2 << 20}},
    {"arm-64-linux", {4, 32, true, 64 << 10, 1 << 20}},
    {"riscv-64-linux-rvv-vector_bits_256", {8, 32, true, 32 << 10, 256 << 10}},
    {"wasm-32-wasmrt-wasm_simd128-wasm_bulk_memory", {4, 16, false, 32 << 10, 256 << 10}},
};

Window window(int in, int stride) {
  return {in, in, in / stride, in / stride, stride, stride == 1, stride == 1};
}

std::vector<std::pair<const char*, json>> kernels() {
  return {{"stem", StemShape{window(224, 2), 3, 32}},
          {"separable", SeparableShape{window(56, 1), 128, 1, 128}},
          {"separable", SeparableShape{window(7, 1), 19, 2, 38}},
          {"inverted_residual", InvertedResidualShape{window(14, 2), 96, 576, 160, true, false}},
          {"inverted_residual", InvertedResidualShape{window(28, 1), 32, 192, 32, true, true}},
          {"head", HeadShape{7, 7, 320, 1280, 1000, OutputFunction::softmax}},
          {"head", HeadShape{7, 7, 1024, 0, 19, OutputFunction::linear}},
          {"convolution", ConvolutionShape{{14, 14, 14, 14, 1, 0, 0, 1, 1}, 72, 40, {}, true, true}},
          {"convolution", ConvolutionShape{{14, 14, 7, 7, 2, 0, 0, 1, 1}, 72, 40}},
          {"convolution", ConvolutionShape{window(14, 2), 19, 40, ActivationFunction::relu, true}},
          {"depthwise", DepthwiseShape{{28, 28, 14, 14, 2, 1, 1, 5, 5}, 40, 120, true}},
          {"depthwise", DepthwiseShape{window(112, 1), 16, 16}},
          {"depthwise", DepthwiseShape{window(14, 1), 5, 15}},
          {"gate", GateShape{7, 7, 120, 32}},
          {"pool", PoolShape{7, 7, 160, 960}},
          {"pool", PoolShape{7, 7, 90, 0, ActivationFunction::relu6, PoolFunction::mean_and_maximum}},
          {"dense", DenseShape{64, 49, 10}},
          {"normalise", NormaliseShape{1001}},
          {"normalise", NormaliseShape{128, NormaliseFunction::l2, 1e-6f}}};
}

}  // namespace

TEST_CASE(
    "every kernel's default schedule compiles for SSE, AVX2, AVX-512, NEON, RISC-V vectors and wasm SIMD") {
  const TemporaryFolder folder;
  size_t pair = 0;
  for (const Family& family : families) {
    pair++;
    for (const auto& [type, shape] : kernels()) {
      // By day each kernel for two of the families.
      if (pair++ % 3 != 0 && !testing::nightly()) continue;
      INFO(family.target << " " << type << " " << shape.dump());
      const KernelType& kernel = kernel_type(type);
      const json schedule = kernel.default_schedule(shape, family.machine);
      BuiltKernel built = kernel.build(shape, schedule, family.machine);
      Halide::Target target(family.target);
      target.set_features({Halide::Target::NoRuntime, Halide::Target::NoAsserts,
                           Halide::Target::NoBoundsQuery, Halide::Target::UserContext});
      const std::filesystem::path bitcode = folder / "kernel.bc";
      built.output.compile_to_bitcode(bitcode, {built.arguments.begin(), built.arguments.end()}, "kernel",
                                      target);
      CHECK(std::filesystem::file_size(bitcode) > 1000);
      std::filesystem::remove(bitcode);
    }
  }
}

}  // namespace test_targets
