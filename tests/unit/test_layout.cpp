// How tensors are stored and products multiplied: the rules, machine by machine.
#include "catch.h"
#include "layout/layout.h"
#include "layout/operands.h"

namespace test_layout {

using namespace mobilith;

namespace {

constexpr Machine avx2{8, 16, false, 32 << 10, 512 << 10}, avx512{16, 32, true, 48 << 10, 2 << 20},
    znver3{8, 16, false, 32 << 10, 512 << 10, 2}, neon{4, 32, true, 64 << 10, 1 << 20, 0, false, true},
    znver4{16, 32, true, 32 << 10, 1 << 20, 1},
    halves =
        [] {
          Machine machine = znver4;
          machine.half_vectors = true;
          return machine;
        }(),
    znver5{16, 32, true, 48 << 10, 1 << 20, 2, true};

}  // namespace

TEST_CASE("channels lie in vectors that are at most half padding, of four elements and more") {
  struct Row {
    int count;
    Machine machine;
    int width, vectors;
  };
  for (const Row& row : {Row{1, avx2, 4, 1},   {4, avx2, 4, 1},     {5, avx2, 8, 1},    {24, avx2, 8, 3},
                         {128, avx2, 8, 16},   {136, avx2, 8, 18},  {184, avx2, 8, 24}, {184, avx512, 16, 12},
                         {1000, avx2, 8, 125}, {8, avx512, 8, 1},   {9, avx512, 16, 1}, {24, avx512, 16, 2},
                         {8, halves, 8, 1},    {16, halves, 16, 1}, {20, halves, 8, 3}, {24, halves, 8, 3},
                         {25, halves, 16, 2},  {40, halves, 8, 5},  {56, halves, 8, 7}, {72, halves, 16, 5},
                         {1, neon, 4, 1},      {9, neon, 4, 3}}) {
    INFO(row.count << " channels, " << row.machine.lanes << " lanes");
    const Channels channels = channels_of(row.count, row.machine);
    CHECK(channels.width == row.width);
    CHECK(channels.vectors == row.vectors);
    CHECK(channels.stored() >= row.count);
    CHECK(channels.bytes() == 4 * row.width * row.vectors);
  }
}

TEST_CASE("classes are as many vectors as tiles of 5 to 12 cover, beyond twelve") {
  for (const Machine& machine : {avx2, avx512, neon})
    for (int count : {1, 10, 100, 101, 1000, 1001, 1204}) {
      INFO(count << " classes, " << machine.lanes << " lanes");
      const Channels classes = classes_of(count, machine);
      CHECK(classes.vectors >= channels_of(count, machine).vectors);
      bool covered = classes.vectors <= 12;
      for (int tile = 5; tile <= 12; tile++) covered = covered || classes.vectors % tile == 0;
      CHECK(covered);
    }
  CHECK(classes_of(1000, avx512).vectors == 63);  // nine tiles of seven
}

TEST_CASE("products are paired where the machine gains by it") {
  struct Row {
    int in, multiplier, out;
    bool direct;
    Machine machine;
    bool paired;
  };
  for (const Row& row : {Row{96, 1, 64, false, avx512, false},  // no additions beside FMAs
                         {96, 1, 64, false, znver4, true},
                         {96, 1, 64, true, znver4, false},   // told not to
                         {11, 1, 64, false, znver4, false},  // too few products
                         {12, 1, 64, false, znver4, true},
                         {96, 2, 64, false, znver4, false},  // inputs in two runs
                         {96, 1, 8, false, znver4, false},   // narrow vectors
                         {96, 1, 16, false, znver4, true},
                         {96, 1, 16, false, znver5, false},  // one vector, where tiles need two
                         {96, 1, 24, false, znver5, true},
                         {63, 1, 48, false, znver3, false},  // with few registers: too few products
                         {64, 1, 48, false, znver3, true},
                         {64, 1, 40, false, znver3, false}}) {  // too few outputs
    INFO(row.in << " x " << row.multiplier << " to " << row.out << ", " << row.machine.pair_vectors);
    const Matrix matrix = matrix_of(row.in, row.multiplier, row.out, row.direct, row.machine);
    CHECK((matrix.multiplication == Multiplication::winograd) == row.paired);
    CHECK(matrix.products() == row.in * row.multiplier);
    CHECK(matrix.pair_group == (row.paired && row.machine.registers == 16 ? 4 : 0));
  }
}

TEST_CASE("inputs are loaded by fours where FMAs take elements, and their number is one of fours") {
  const auto multiplication = [](int in, const Machine& machine) {
    return matrix_of(in, 1, 64, true, machine).multiplication;
  };
  CHECK(multiplication(96, neon) == Multiplication::by_element);
  CHECK(multiplication(4, neon) == Multiplication::by_element);
  CHECK(multiplication(27, neon) == Multiplication::plain);
  CHECK(multiplication(2, neon) == Multiplication::plain);
  CHECK(multiplication(96, avx512) == Multiplication::plain);
}

TEST_CASE("a classifier is read in chunks while features are convolved, or as one stream") {
  const auto order = [](int side, int in, int hidden, int classes, const Machine& machine) {
    const HeadLayout layout = layout_of(HeadShape{side, side, in, hidden, classes}, machine);
    CHECK(layout.features.stored() % layout.order.chunk == 0);
    CHECK(layout.classes.vectors % layout.order.tile == 0);
    return layout.order;
  };
  CHECK(order(7, 320, 1280, 1000, avx512).chunk == 32);
  CHECK(order(7, 320, 1280, 1000, avx512).tile == 1);
  CHECK(order(7, 320, 1280, 1000, avx2).chunk == 32);
  CHECK(order(7, 1024, 0, 1000, avx512).chunk == 1024);  // nothing to convolve
  // A prefetcher that keeps up: the convolution is too short to hide the weights, so that they are a stream.
  CHECK(order(3, 112, 1280, 1000, znver5).chunk == 1280);
  CHECK(order(3, 112, 1280, 1000, znver5).tile == 7);
  CHECK(order(7, 320, 1280, 1000, znver5).chunk == 32);
  CHECK(order(7, 320, 1280, 1000, znver5).tile == 1);
  Machine short_ones = znver4;
  short_ones.short_streams = true;
  CHECK(order(4, 112, 1280, 1000, short_ones).chunk == 1280);
  CHECK(order(4, 112, 1280, 1000, short_ones).tile == 7);
  CHECK(order(4, 112, 1280, 1000, znver4).chunk == 32);
  CHECK(order(5, 320, 1280, 1000, short_ones).chunk == 1280);
  CHECK(order(6, 240, 1280, 1000, short_ones).chunk == 32);
  short_ones.lanes = 8;
  CHECK(order(4, 112, 1280, 1000, short_ones).chunk == 1280);
  CHECK(order(5, 160, 1280, 1000, short_ones).chunk == 32);
  CHECK(order(7, 256, 0, 1000, short_ones).tile == 1);
}

TEST_CASE("a dense layer's weights are a few streams of whole lines, or one, or a vector each") {
  const auto order = [](int out, const Machine& machine) {
    const DenseLayout layout = layout_of(DenseShape{960, 1, out}, machine);
    return std::pair{layout.streams, layout.tile};
  };
  CHECK(order(1280, avx512) == std::pair{4, 2});
  CHECK(order(1000, avx512) == std::pair{3, 3});
  CHECK(order(1280, avx2) == std::pair{4, 2});
  CHECK(order(1000, avx2) == std::pair{1, 5});  // five vectors of half a line are no five streams
  CHECK(order(13 * 16, avx512) == std::pair{8, 1});
  CHECK(order(1280, Machine{4, 32, true, 32 << 10, 512 << 10}) == std::pair{1, 8});
}

TEST_CASE("an operand's elements are the product of its extents") {
  CHECK(elements_of(dense("operand", {16, 27, 2})) == 16 * 27 * 2);
  CHECK(elements_of(matrix_weights("weights", matrix_of(96, 1, 24, true, avx512))) == 16 * 96 * 2);
}

}  // namespace test_layout
