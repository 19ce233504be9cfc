#include <set>

#include "catch.h"
#include "products/tile.h"
#include "schedules/convolution.h"
#include "schedules/dense.h"
#include "schedules/depthwise.h"
#include "schedules/frame.h"
#include "schedules/gate.h"
#include "schedules/head.h"
#include "schedules/inverted_residual.h"
#include "schedules/kernel_types.h"
#include "schedules/normalise.h"
#include "schedules/pool.h"
#include "schedules/quantised_pixels.h"
#include "schedules/quantised_products.h"
#include "schedules/separable.h"
#include "schedules/stem.h"
#include "schedules/window_pool.h"

namespace test_tile {

using namespace mobilith;

namespace {
constexpr Machine machines[] = {
    {8, 16, false, 32 << 10, 512 << 10},                                     // AVX2
    {16, 32, true, 48 << 10, 2 << 20},                                       // AVX-512
    {4, 32, true, 64 << 10, 1 << 20, 0, false, true},                        // NEON
    {4, 32, true, 64 << 10, 1 << 20, 0, false, true, 4, false, true, true},  // its dot products
    {8, 32, true, 32 << 10, 256 << 10},                                      // RISC-V vectors of 256 bits
    {4, 16, false, 32 << 10, 256 << 10},                                     // wasm SIMD
    {16, 32, true, 32 << 10, 1 << 20, 1},                                    // AVX-512, paired products
    {16, 32, true, 48 << 10, 1 << 20, 2},                                    // and in wider tiles
    {8, 16, false, 32 << 10, 512 << 10, 1}};                                 // AVX2, paired products

// The schedule as its type has it, and back.
nlohmann::json read_and_written(const std::string& type, const nlohmann::json& schedule) {
  if (type == "stem") return schedule.get<StemSchedule>();
  if (type == "separable") return schedule.get<SeparableSchedule>();
  if (type == "inverted_residual") return schedule.get<InvertedResidualSchedule>();
  if (type == "convolution") return schedule.get<ConvolutionSchedule>();
  if (type == "depthwise") return schedule.get<DepthwiseSchedule>();
  if (type == "gate") return schedule.get<GateSchedule>();
  if (type == "pool") return schedule.get<PoolSchedule>();
  if (type == "dense") return schedule.get<DenseSchedule>();
  if (type == "normalise") return schedule.get<NormaliseSchedule>();
  if (type == "window_pool") return schedule.get<WindowPoolSchedule>();
  if (type == "quantised_convolution") return schedule.get<QuantisedConvolutionSchedule>();
  if (type == "quantised_depthwise") return schedule.get<QuantisedDepthwiseSchedule>();
  if (type == "head") return schedule.get<HeadSchedule>();
  if (type == "frame") return schedule.get<FrameSchedule>();
  return schedule.get<OnlySchedule>();
}

Matrix matrix(const Machine& machine, int in, int out,
              Multiplication multiplication = Multiplication::plain) {
  return {channels_of(in, machine), 1, channels_of(out, machine), multiplication};
}

}  // namespace

TEST_CASE("a chosen tile fits the registers and the region, for every machine") {
  for (const Machine& machine : machines)
    for (int pixels = 1; pixels <= 60; pixels++)
      for (int vectors = 1; vectors <= 40; vectors++) {
        const Matrix plain = matrix(machine, 256, 256),
                     pairs = matrix(machine, 256, 256, Multiplication::winograd),
                     by_element = matrix(machine, 256, 256, Multiplication::by_element);
        const Tile tile = choose_tile(machine, plain, pixels, vectors);
        CHECK(tile.pixels >= 1);
        CHECK(tile.pixels <= pixels);
        CHECK(tile.vectors >= 1);
        CHECK(tile.vectors <= vectors);
        CHECK(fits(tile, machine, plain));
        if (machine.element_operand)
          CHECK(fits(choose_tile(machine, by_element, pixels, vectors), machine, by_element));
        if (machine.pair_vectors == 0 || vectors < machine.pair_vectors) continue;
        const Tile paired = choose_tile(machine, pairs, pixels, vectors);
        CHECK(fits(paired, machine, pairs));
        CHECK(paired.pixels <= pixels);
        CHECK(paired.vectors <= vectors);
        if (machine.pair_vectors == 1) CHECK(paired.vectors == 1);
        // Only shared broadcasts make pairs pay there; with two pixels and fewer there is little to share.
        if (machine.pair_vectors == 2 && pixels > 2) CHECK(paired.vectors > 1);
      }
}

TEST_CASE("where there is room, a tile hides the FMA's latency") {
  for (const Machine& machine : machines) {
    const Tile tile = choose_tile(machine, matrix(machine, 256, 512), 196, 32);
    CHECK(tile.pixels * tile.vectors >= 8);
  }
}

TEST_CASE("schedules of every type survive JSON, and lack nothing") {
  const std::pair<const char*, nlohmann::json> kernels[] = {
      {"stem", StemShape{{224, 224, 112, 112, 2, 0, 0}, 3, 32}},
      {"separable", SeparableShape{{28, 28, 14, 14, 2, 0, 0}, 256, 1, 512}},
      {"inverted_residual", InvertedResidualShape{{14, 14, 14, 14, 1, 1, 1}, 96, 576, 96, true, true}},
      {"inverted_residual", InvertedResidualShape{{112, 112, 112, 112, 1, 1, 1}, 32, 32, 16, false, false}},
      {"head", HeadShape{7, 7, 320, 1280, 1000, OutputFunction::softmax}},
      {"convolution", ConvolutionShape{{14, 14, 14, 14, 1, 0, 0, 1, 1}, 672, 112, {}, true, true}},
      {"convolution", ConvolutionShape{{14, 14, 7, 7, 2, 1, 1}, 64, 96}},
      {"depthwise", DepthwiseShape{{14, 14, 7, 7, 2, 1, 1, 5, 5}, 112, 672, true}},
      {"depthwise", DepthwiseShape{{112, 112, 112, 112, 1, 1, 1}, 16, 16, false}},
      {"gate", GateShape{7, 7, 960, 240}},
      {"pool", PoolShape{7, 7, 160, 960}},
      {"pool", PoolShape{7, 7, 1024, 0, {}, PoolFunction::maximum}},
      {"dense", DenseShape{1280, 1, 1001}},
      {"normalise", NormaliseShape{1001}},
      {"window_pool", WindowPoolShape{{7, 7, 3, 3, 2, 0, 0}, 40, PoolFunction::mean}},
      {"frame", FrameShape{PixelFormat::nv12, 720, 1280, 224, 224, 3, 3, Resize::antialiased}},
      {"quantised_convolution", QuantisedConvolutionShape{{{14, 14, 14, 14, 1, 0, 0, 1, 1}, 96, 576}}},
      {"quantised_depthwise", QuantisedDepthwiseShape{{{14, 14, 7, 7, 2, 0, 0}, 576, 576}}},
      {"quantised_sum", QuantisedSumShape{{196, 96, Rescale::floating}}},
      {"quantised_product", QuantisedProductShape{{196, 96, Rescale::floating}}},
      {"concatenation", ConcatenationShape{196, {96, 24}}},
      {"quantised_pool", QuantisedPoolShape{{7, 7, 1, 1, 1, 0, 0, 7, 7}, 1280}},
      {"quantised_mean", QuantisedMeanShape{{49, 1280, Rescale::floating}}},
      {"quantised_softmax", QuantisedSoftmaxShape{{1, 1001, Rescale::floating}}},
      {"lookup", LookupShape{{49, 96}}},
      {"quantise", QuantiseShape{{196, 3, Rescale::floating}}},
      {"dequantise", DequantiseShape{{1, 1001}}}};
  std::set<std::string> types;
  for (const auto& [name, shape] : kernels)
    for (const Machine& machine : machines) {
      INFO(name);
      types.insert(name);
      const KernelType& type = kernel_type(name);
      const nlohmann::json schedule = type.default_schedule(shape, machine);
      CHECK(read_and_written(name, schedule) == schedule);
      CHECK(type.fits(shape, schedule, machine));
      for (const auto& [parameter, value] : schedule.items()) {
        nlohmann::json without = schedule;
        without.erase(parameter);
        INFO(parameter);
        CHECK_FALSE(type.fits(shape, without, machine));
      }
    }
  CHECK(types.size() == kernel_types().size());
}

TEST_CASE("sums of eight products take eight accumulators where AVX-512 does not pair in wide tiles") {
  const Machine &avx512 = machines[1], &narrow = machines[6], &wide = machines[7];
  for (const Machine& machine : {avx512, narrow}) {
    const Tile few = choose_tile(machine, matrix(machine, 8, 48), 64, 3),
               many = choose_tile(machine, matrix(machine, 24, 48), 64, 3);
    CHECK(few.pixels * few.vectors == 8);
    CHECK(many.pixels * many.vectors > 16);
  }
  const Tile tile = choose_tile(wide, matrix(wide, 8, 48), 64, 3);
  CHECK(tile.pixels * tile.vectors > 16);
}

}  // namespace test_tile
