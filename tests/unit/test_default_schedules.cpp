// The rules that "Why these defaults" in schedules/ states, for CPUs of each kind.
#include "catch.h"
#include "layout/layer_layouts.h"
#include "layout/layout.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/convolution.h"
#include "schedules/dense.h"
#include "schedules/depthwise.h"
#include "schedules/gate.h"
#include "schedules/head.h"
#include "schedules/inverted_residual.h"
#include "schedules/pool.h"
#include "schedules/separable.h"
#include "schedules/stem.h"

namespace test_default_schedules {

using namespace mobilith;

namespace {

struct Kind {
  const char* name;
  Machine machine;
};
const Kind kinds[] = {{"avx2", {8, 16, false, 32 << 10, 512 << 10}},
                      {"avx512", {16, 32, true, 48 << 10, 2 << 20}},
                      {"znver4", {16, 32, true, 32 << 10, 1 << 20, 1}},
                      {"znver5", {16, 32, true, 48 << 10, 1 << 20, 2, true}},
                      {"neon", {4, 32, true, 64 << 10, 1 << 20}}};

// Of a window with pads that keep the size, or halve it.
Window window(int size, int stride) {
  Window w;
  w.in_height = w.in_width = size;
  w.out_height = w.out_width = (size + stride - 1) / stride;
  w.stride = stride;
  w.pad_top = w.pad_left = stride == 1 ? 1 : 0;
  return w;
}

SeparableShape separable(int size, int stride, int in, int out) {
  SeparableShape shape;
  shape.window = window(size, stride), shape.in_channels = in, shape.out_channels = out;
  return shape;
}

InvertedResidualShape inverted(int size, int stride, int in, int expanded, int out) {
  InvertedResidualShape shape;
  shape.window = window(size, stride);
  shape.in_channels = in, shape.expanded_channels = expanded, shape.out_channels = out;
  shape.expand = in != expanded;
  return shape;
}

}  // namespace

TEST_CASE("a stem's strips are a divisor of the height from four to eight, else eight rows") {
  const int rows[][2] = {{112, 8}, {113, 8}, {160, 8}, {49, 7}, {22, 8}, {10, 5}, {13, 8}, {3, 3}, {1, 1}};
  for (const auto& [height, strip] : rows)
    for (const Kind& kind : kinds) {
      StemShape shape;
      shape.window = window(2 * height, 2), shape.out_channels = 32;
      INFO(kind.name << ", height " << height);
      const StemSchedule z = default_schedule(shape, kind.machine);
      CHECK(z.strip == strip);
      check(z, shape, kind.machine);
    }
}

TEST_CASE("a separable block's strips fit half of L1 beside small weights, a share of L2 beside large ones") {
  int small = 0, large = 0;
  for (const Kind& kind : kinds)
    for (const SeparableShape& shape :
         {separable(112, 1, 32, 64), separable(112, 2, 64, 128), separable(56, 1, 128, 128),
          separable(28, 2, 256, 512), separable(14, 1, 512, 512), separable(113, 1, 8, 16)}) {
      const SeparableLayout layout = layout_of(shape, kind.machine);
      const SeparableSchedule z = default_schedule(shape, kind.machine);
      const bool small_tiles = loads_each_factor(kind.machine);  // AVX2's
      const int64_t row = layout.in.bytes() * shape.window.out_width,
                    weights = layout.out.bytes() * layout.in.stored(),
                    share = kind.machine.l2 / (small_tiles && weights <= kind.machine.l1 ? 8 : 2),
                    room = weights > kind.machine.l1 / 2 ? share : kind.machine.l1 / 2;
      INFO(kind.name << ", " << shape.window.in_width << ", " << shape.in_channels << " to "
                     << shape.out_channels);
      CHECK(shape.window.out_height % z.strip == 0);
      CHECK((z.strip == 1 || z.strip * row <= room));
      for (int larger = z.strip + 1; larger <= shape.window.out_height && larger * row <= room; larger++)
        CHECK(shape.window.out_height % larger != 0);  // it is the largest
      const bool many = weights > kind.machine.l1 / 2;
      const bool strips = z.strip < shape.window.out_height;
      CHECK(z.channels_outer ==
            (many || scheme_of(layout.pointwise).channels_outermost || (small_tiles && strips)));
      CHECK(z.prefetch == (weights > kind.machine.l1));
      (many ? large : small)++;
    }
  CHECK(small > 5);
  CHECK(large > 5);
}

TEST_CASE("an inverted residual goes in chunks if two vectors of the expanded image stay in L2's share") {
  int chunks = 0, strips = 0;
  for (const Kind& kind : kinds)
    for (const InvertedResidualShape& shape :
         {inverted(112, 2, 16, 96, 24), inverted(56, 1, 24, 144, 24), inverted(28, 1, 32, 192, 32),
          inverted(14, 1, 64, 384, 64), inverted(14, 2, 96, 576, 160), inverted(7, 1, 160, 960, 320)}) {
      const Window& w = shape.window;
      const auto layout = layout_of(shape, kind.machine);
      const InvertedResidualSchedule z = default_schedule(shape, kind.machine);
      const int64_t two_vectors =
          2 * bytes_of(layout.middle.type) * layout.middle.width * w.in_width * w.in_height;
      const bool wide = kind.machine.pair_vectors > 1;  // pairs want tiles of two vectors
      INFO(kind.name << ", " << w.in_width << ", " << shape.in_channels << " to " << shape.out_channels);
      check(z, shape, kind.machine);
      if (two_vectors > (wide && w.stride == 1 ? kind.machine.l2 / 4 : kind.machine.l2 / 2)) CHECK(!z.chunks);
      if (z.chunks) {
        CHECK(layout.middle.vectors % z.chunk_vectors == 0);
        CHECK(z.chunk_vectors >= scheme_of(layout.expand).fewest_vectors(kind.machine));
        const int work = scheme_of(layout.expand).fewest_vectors(kind.machine) > 1 ? 3 : 4;
        CHECK(layout.middle.vectors / z.chunk_vectors >= std::min(work, layout.middle.vectors));
        chunks++;
      } else {
        const int64_t row = layout.middle.bytes() * w.in_width * w.stride;
        CHECK(w.out_height % z.section == 0);
        CHECK(z.section % z.strip == 0);
        CHECK((z.strip == 1 || z.strip * row <= (wide ? kind.machine.l2 / 2 : kind.machine.l2 / 4)));
        if (!wide) CHECK(z.strip <= 4);
        strips++;
      }
    }
  CHECK(chunks >= 5);
  CHECK(strips >= 5);
}

TEST_CASE(
    "a depthwise result that waits beyond L2 sends an inverted residual in strips, if weights are few") {
  struct Row {
    InvertedResidualShape shape;
    bool avx2, znver4;  // chunks
  };
  const Row rows[] = {{inverted(56, 1, 24, 144, 24), false, false},  // 1.8 MB, weights of 28 KB
                      {inverted(56, 1, 32, 192, 32), false, false},
                      {inverted(48, 1, 24, 144, 24), false, false},
                      {inverted(28, 1, 48, 288, 48), true, true},    // 0.9 MB, seven times 111 KB
                      {inverted(14, 1, 136, 816, 136), true, true},  // 0.6 MB, seven times 888 KB
                      {inverted(28, 1, 24, 144, 24), true, true}};   // 0.4 MB
  for (const Row& row : rows) {
    INFO(row.shape.window.in_width << ", " << row.shape.in_channels);
    CHECK(default_schedule(row.shape, kinds[0].machine).chunks == row.avx2);
    CHECK(default_schedule(row.shape, kinds[2].machine).chunks == row.znver4);
  }
}

TEST_CASE(
    "without an expansion, an inverted residual goes in strips that stay in half of L1, or a quarter of L2 "
    "for wide pairs") {
  const InvertedResidualShape shape = inverted(112, 1, 32, 32, 16);
  for (const Kind& kind : kinds) {
    INFO(kind.name);
    const auto layout = layout_of(shape, kind.machine);
    const InvertedResidualSchedule z = default_schedule(shape, kind.machine);
    const bool wide = scheme_of(layout.project).fewest_vectors(kind.machine) > 1;
    CHECK(!z.chunks);
    CHECK(z.strip * layout.middle.bytes() * shape.window.out_width <=
          (wide ? kind.machine.l2 / 4 : kind.machine.l1 / 2));
  }
}

TEST_CASE(
    "a head's groups are work for eight threads; without a convolution eight streams are read at most") {
  for (const Kind& kind : kinds)
    for (int hidden : {0, 1280}) {
      HeadShape shape;
      shape.height = shape.width = 7, shape.in_channels = hidden > 0 ? 320 : 1024;
      shape.hidden_channels = hidden, shape.classes = 1000;
      INFO(kind.name << ", " << hidden);
      const HeadLayout layout = layout_of(shape, kind.machine);
      const HeadSchedule z = default_schedule(shape, kind.machine);
      check(z, shape, kind.machine);
      CHECK(layout.chunks() % z.groups == 0);
      CHECK(z.groups <= 8);
      if (layout.order.tile > 1)
        CHECK(z.classifier_vectors == layout.order.tile);
      else
        CHECK(z.classifier_vectors <= (hidden > 0 ? 12 : 8));
      CHECK(layout.classes.vectors % z.classifier_vectors == 0);
    }
}

TEST_CASE("a convolution of pixels is work for four threads: tiles of channels, or strips") {
  for (const Kind& kind : kinds)
    for (const auto& [size, in, out] : {std::tuple{28, 120, 40}, {14, 672, 112}, {7, 960, 160}}) {
      ConvolutionShape shape{{size, size, size, size, 1, 0, 0, 1, 1}, in, out};
      shape.gated = true;
      INFO(kind.name << ", " << size << ", " << in << " to " << out);
      const ConvolutionSchedule z = default_schedule(shape, kind.machine);
      check(z, shape, kind.machine);
      CHECK(z.copied);  // gates are computed once
      const ConvolutionLayout layout = layout_of(shape, kind.machine);
      const int vectors = layout.out.vectors, strips = size / z.strip,
                tiles = (vectors + z.tile.vectors - 1) / z.tile.vectors;
      CHECK((strips >= 4 || (strips == 1 && tiles >= 4) || size * z.strip < 4 * 24));
      shape.gated = false;
      const bool aligned = layout.in.stored() / 16 % 2 == 0;
      CHECK(default_schedule(shape, kind.machine).copied ==
            (scheme_of(layout.products).spread_pixels && aligned && vectors >= 4));
    }
}

TEST_CASE("a depthwise kernel's accumulators take at most half of the registers, its tiles are even") {
  for (const Kind& kind : kinds)
    for (const int size : {112, 56, 28, 14, 7, 1})
      for (const bool expand : {false, true}) {
        const DepthwiseShape shape{window(size, 1), expand ? 16 : 96, 96, expand};
        INFO(kind.name << ", " << size << ", " << expand);
        const DepthwiseSchedule z = default_schedule(shape, kind.machine);
        check(z, shape, kind.machine);
        CHECK(z.depthwise_pixels * z.depthwise_vectors <= kind.machine.registers / 2);
        CHECK(z.depthwise_pixels <= 7);
        if (size % 7 == 0) CHECK(z.depthwise_pixels == 7);
        const DepthwiseLayout layout = layout_of(shape, kind.machine);
        const int64_t chunk = layout.middle.bytes() / layout.middle.vectors * z.chunk_vectors;
        const int rows = z.strip == size ? size : shape.window.rows_read(z.strip);
        if (expand && z.chunk_vectors > 2 && z.strip > 1)
          CHECK(chunk * rows * size <= kind.machine.l2 / 2 + chunk * 2 * size);
      }
}

TEST_CASE("one vector's products have accumulators enough, and no tile reads many weights twice") {
  for (const Kind& kind : kinds) {
    INFO(kind.name);
    const GateShape gate_shape{7, 7, 960, 240};
    const GateSchedule g = default_schedule(gate_shape, kind.machine);
    check(g, gate_shape, kind.machine);
    const GateLayout gate = layout_of(gate_shape, kind.machine);
    for (const auto& [tile, all] :
         {std::pair{g.squeeze_vectors, gate.hidden.vectors}, {g.excite_vectors, gate.channels.vectors}}) {
      CHECK(tile >= 6);
      CHECK(tile <= 11);
      CHECK((all + tile - 1) / tile * tile - all < (all + tile - 1) / tile);
    }
    for (const int out : {1000, 1280, 40, 17 * kind.machine.lanes}) {
      const DenseShape shape{1280, 1, out};
      const DenseSchedule z = default_schedule(shape, kind.machine);
      check(z, shape, kind.machine);
      const DenseLayout layout = layout_of(shape, kind.machine);
      CHECK(z.streams * layout.tile <= 12);
      CHECK(z.streams * layout.tile >= std::min(layout.out.vectors, 5));
      CHECK((layout.tile == 1 || layout.out.vectors % (z.streams * layout.tile) == 0));
    }
  }
}

TEST_CASE("kernels have tasks for the threads that will share them") {
  for (const Kind& kind : kinds) {
    INFO(kind.name);
    Machine machine = kind.machine;
    // Rounds of rows that one thread goes through, of as many as there are.
    const auto longest = [&](const SeparableShape& shape) {
      const SeparableSchedule z = default_schedule(shape, machine);
      check(z, shape, machine);
      const int tiles = layout_of(shape, machine).out.vectors / z.tile.vectors;
      if (z.strip == shape.window.out_height && z.channels_outer)
        return double((tiles + machine.threads - 1) / machine.threads) / tiles;
      const int strips = shape.window.out_height / z.strip;
      return double((strips + machine.threads - 1) / machine.threads) / strips;
    };
    for (const int threads : {2, 4, 8}) {
      INFO(threads << " threads");
      machine.threads = threads;
      CHECK(longest(separable(28, 1, 256, 256)) <= 1.15 / threads);
      CHECK(longest(separable(56, 1, 128, 128)) <= 1.15 / threads);
      const InvertedResidualShape shape = inverted(14, 1, 96, 576, 96);
      const InvertedResidualSchedule z = default_schedule(shape, machine);
      check(z, shape, machine);
      if (z.chunks) CHECK(layout_of(shape, machine).middle.vectors / z.chunk_vectors >= threads);
    }
    machine.threads = 0;
    const SeparableSchedule unsaid = default_schedule(separable(28, 1, 256, 256), machine);
    machine.threads = 1;
    CHECK(default_schedule(separable(28, 1, 256, 256), machine).strip == unsaid.strip);
    const InvertedResidualShape shape = inverted(14, 1, 96, 576, 96);
    const InvertedResidualSchedule one = default_schedule(shape, machine);
    const int alone = one.chunk_vectors;
    if (!machine.broadcast_operand && !machine.element_operand && one.chunks)  // AVX2
      CHECK(layout_of(shape, machine).middle.vectors / alone >= 4);
    machine.threads = 4;
    CHECK(default_schedule(shape, machine).chunk_vectors <= alone);
  }
}

}  // namespace test_default_schedules
