#include "catch.h"
#include "schedules/separable.h"
#include "products/tile.h"

using namespace mobilith;

namespace {
constexpr Machine machines[] = {{8, 16, false, 32 << 10, 512 << 10},      // AVX2
                                {16, 32, true, 48 << 10, 2 << 20},        // AVX-512
                                {4, 32, true, 64 << 10, 1 << 20},         // NEON
                                {8, 32, true, 32 << 10, 256 << 10},       // RISC-V vectors of 256 bits
                                {4, 16, false, 32 << 10, 256 << 10},      // wasm SIMD
                                {16, 32, true, 32 << 10, 1 << 20, 1},     // AVX-512, paired products
                                {16, 32, true, 48 << 10, 1 << 20, 2},     // and in wider tiles
                                {8, 16, false, 32 << 10, 512 << 10, 1}};  // AVX2, paired products
}

namespace {
Matrix matrix(const Machine& machine, int in, int out, Multiplication multiplication = Multiplication::plain) {
  return {channels_of(in, machine), 1, channels_of(out, machine), multiplication};
}
}  // namespace

TEST_CASE("a chosen tile fits the registers and the region, for every machine") {
  for (const Machine& machine : machines)
    for (int pixels = 1; pixels <= 60; pixels++)
      for (int vectors = 1; vectors <= 40; vectors++) {
        const Matrix plain = matrix(machine, 256, 256),
                     pairs = matrix(machine, 256, 256, Multiplication::winograd);
        const Tile tile = choose_tile(machine, plain, pixels, vectors);
        CHECK(tile.pixels >= 1);
        CHECK(tile.pixels <= pixels);
        CHECK(tile.vectors >= 1);
        CHECK(tile.vectors <= vectors);
        CHECK(fits(tile, machine, plain));
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

TEST_CASE("schedules survive JSON") {
  SeparableShape shape;
  shape.window = {28, 28, 14, 14, 2, 0, 0};
  shape.in_channels = 256, shape.out_channels = 512;
  for (const Machine& machine : machines) {
    const nlohmann::json schedule = default_schedule(shape, machine);
    CHECK(nlohmann::json(schedule.get<SeparableSchedule>()) == schedule);
    CHECK_NOTHROW(check(schedule.get<SeparableSchedule>(), shape, machine));
  }
}
