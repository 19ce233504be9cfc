#include "schedules/quantised_products.h"

#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"
#include "schedules/quantised_tiles.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

using Layout = QuantisedProductsLayout;

bool within(int value, int most) { return value >= 1 && value <= most; }

int strip_pixels(const QuantisedConvolutionShape& shape, int strip) {
  return (shape.pointwise() ? strip : 1) * shape.window.out_width;
}

// Whether a pointwise convolution's pixels are elements of registers, which hold four.
bool of_elements(const QuantisedConvolutionShape& shape, const Machine& machine) {
  return machine.byte_elements && shape.pointwise();
}

// Where what is computed of a strip's pixels goes: in front of the strip, or of everything.
void place(Func& func, Func& output, const Var& strip, bool first) {
  if (first)
    func.compute_root();
  else
    func.compute_at(output, strip);
}

// The border is copied for the strip's rows.
void schedule_rows(QuantisedProducts& s, const QuantisedProductsShape& shape, const Layout& layout,
                   const Var& strip, bool first, bool depthwise) {
  if (s.wide.defined()) {
    place(s.wide, s.output, strip, first);
    s.wide.vectorize(s.lane, layout.in.width, TailStrategy::RoundUp);
  }
  if (!s.rows.defined()) return;
  const Window& w = shape.window;
  const Var byte = s.rows.args()[0];
  // The last group of the last pixel reads beyond its window: a depthwise one whole columns, others bytes.
  const int columns = std::max(w.kernel_width, layout.run_groups * layout.group) * w.dilation;
  const int reach =
      (w.stride_x() * (w.out_width - 1) + (depthwise ? columns : w.kernel_width * w.dilation) + 1) *
          layout.in.width +
      layout.group;
  place(s.rows, s.output, strip, first);
  if (s.rows.type().bits() == 32) {  // groups, not bytes
    s.rows.bound(byte, 0, parts(reach, 16) * 4).vectorize(byte, 4, TailStrategy::RoundUp);
    return;
  }
  s.rows.bound(byte, 0, parts(reach, 64) * 64);
  s.rows.vectorize(byte, shape.image ? 16 : layout.in.width, TailStrategy::RoundUp);
}

// One update of the accumulators. group: the loop inside a group; loops: those around the tile.
void hold_update(QuantisedProducts& s, Stage update, const RVar& group, const std::vector<RVar>& loops,
                 int lanes) {
  std::vector<VarOrRVar> order{group, s.lane, s.pixel.front(), s.vector};
  if (s.pixel.size() > 1) order.push_back(s.pixel.back());
  order.insert(order.end(), loops.begin(), loops.end());
  update.reorder(order)
      .atomic()
      .vectorize(group)
      .vectorize(s.lane, lanes)
      .unroll(s.pixel.front())
      .unroll(s.vector);
}

void hold(QuantisedProducts& s, Func& sum, const Layout& layout, const std::vector<RVar>& loops,
          const Var& at) {
  const int lanes = layout.out.width;
  sum.compute_at(s.output, at).vectorize(s.lane, lanes).unroll(s.pixel.front()).unroll(s.vector);
  hold_update(s, sum.update(), s.k.x, loops, lanes);
}

// Four pixels at once; of a caller's image, whose bytes lie at any place, one.
void hold_zeros(QuantisedProducts& s, bool image) {
  const Var x = s.pixel.front(), xo("zero_xo"), xi("zero_xi");
  const RDom& k = s.zero_k;
  if (image) {
    s.zeros.update().reorder(k.x, k.y, k.z, x).unroll(k.x);
    return;
  }
  s.zeros.vectorize(x, 4, TailStrategy::GuardWithIf);
  s.zeros.update()
      .split(x, xo, xi, 4, TailStrategy::GuardWithIf)
      .reorder(xi, k.x, k.y, k.z, xo)
      .vectorize(xi);
}

// Two groups in a step of the loop, if it comes out even: half of what counts and jumps.
void hold_elements(QuantisedProducts& s, const Layout& layout, const Tile& tile, const Var& at) {
  const Var x = s.pixel.front();
  const int lanes = layout.out.width;
  s.sum.compute_at(s.output, at).vectorize(s.lane, lanes).unroll(x).unroll(s.vector);
  std::vector<VarOrRVar> order{s.lane, x, s.vector};
  if (s.pixel.size() > 1) order.push_back(s.pixel.back());
  order.insert(order.end(), {s.k.x, s.k.y, s.k.z});
  s.sum.update().reorder(order).vectorize(s.lane, lanes).unroll(x).unroll(s.vector);
  if (!s.elements.defined()) return;
  if (layout.blocks % 2 == 0) s.sum.update().unroll(s.k.z, 2);
  s.elements.compute_at(s.sum, s.k.x);
  if (tile.pixels % 4 == 0) s.elements.vectorize(x, 4);
  s.elements.unroll(x);
}

}  // namespace

void check(const QuantisedConvolutionSchedule& z, const QuantisedConvolutionShape& shape,
           const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  if (!within(z.strip, w.out_height) || w.out_height % z.strip != 0 ||
      !within(z.tile.pixels, strip_pixels(shape, z.strip)) || !within(z.tile.vectors, layout.out.vectors))
    throw std::invalid_argument("quantised convolution schedule does not fit its shape: " +
                                nlohmann::json(z).dump());
}

QuantisedProducts scheduled(const QuantisedConvolutionShape& shape, const QuantisedConvolutionSchedule& z,
                            const Machine& machine) {
  check(z, shape, machine);
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  const int lanes = layout.out.width;
  QuantisedProducts s = quantised_convolution(shape, layout);
  Func& out = s.output;
  Var strip("strip"), row("row"), xo("xo"), xi("xi"), tile("tile"), vi("vi"), in_strip("in_strip");
  out.split(s.vector, tile, vi, z.tile.vectors, TailStrategy::ShiftInwards);
  std::vector<VarOrRVar> order{s.lane, vi, xi, xo};
  if (shape.pointwise()) {
    out.split(s.x, strip, in_strip, z.strip * w.out_width)
        .split(in_strip, xo, xi, z.tile.pixels, TailStrategy::ShiftInwards);
  } else {
    out.split(s.y, strip, row, z.strip).split(s.x, xo, xi, z.tile.pixels, TailStrategy::ShiftInwards);
    order.emplace_back(row);
  }
  const bool whole = z.strip == w.out_height;
  if (!z.channels_outer) order.insert(order.begin() + 3, tile);
  if (z.channels_outer) order.emplace_back(tile);
  if (whole && z.channels_outer)
    order.insert(order.end() - 1, strip);
  else
    order.emplace_back(strip);
  out.reorder(order).vectorize(s.lane, lanes).unroll(vi).unroll(xi).parallel(order.back());
  const Var at = z.channels_outer ? xo : tile;
  if (layout.elements)
    hold_elements(s, layout, z.tile, at);
  else
    hold(s, s.sum, layout, {s.k.y, s.k.z, s.k.w}, at);
  if (s.rest.defined()) hold_update(s, s.sum.update(1), s.rest.x, {s.rest.y}, lanes);
  const bool first = whole && z.channels_outer;  // tiles of channels are the outer loop: once for all of them
  schedule_rows(s, shape, layout, strip, first, /*depthwise=*/false);
  if (shape.zero_sums) {
    place(s.zeros, out, strip, first);
    if (layout.elements) {
      hold_zeros(s, shape.image);
      return s;
    }
    s.zero_lanes.compute_at(s.zeros, s.pixel.front()).vectorize(s.zero_lanes.args()[0]);
    s.zero_lanes.update()
        .reorder(s.zero_k.x, s.zero_lanes.args()[0], s.zero_k.y, s.zero_k.z)
        .atomic()
        .vectorize(s.zero_k.x)
        .vectorize(s.zero_lanes.args()[0]);
  }
  return s;
}

ScheduleSpace space(const QuantisedConvolutionShape& shape, const Machine& machine) {
  const Layout layout = convolution_layout(shape, machine);
  const int pixels = strip_pixels(shape, shape.window.out_height);
  std::vector<nlohmann::json> tiles;
  for (int v = 1; v <= std::min(layout.out.vectors, 8); v++)
    for (int p = 1; p <= std::min(pixels, 14); p++)
      if (const Tile tile{p, v};
          quantised_tile_fits(tile, machine) && whole_registers(tile, of_elements(shape, machine)))
        tiles.emplace_back(tile);
  return {{"/tile"_json_pointer, tiles},
          {"/strip"_json_pointer, divisors(shape.window.out_height)},
          {"/channels_outer"_json_pointer, {false, true}}};
}

double predicted_cycles(const QuantisedConvolutionShape& shape, const QuantisedConvolutionSchedule& z,
                        const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  const double rows = shape.pointwise() ? double(w.out_height) / z.strip : w.out_height;
  const double tiles = rows * quantised_tile_cost(z.tile, machine, strip_pixels(shape, z.strip),
                                                  layout.out.vectors, of_elements(shape, machine));
  const double bytes = double(layout.groups()) * layout.group * layout.out.stored();
  const double sweeps =
      z.channels_outer ? double(w.out_height) / z.strip : double(w.out_height) * w.out_width / z.tile.pixels;
  return tiles * layout.groups() + bytes * sweeps / (bytes <= machine.l1 / 2 ? 128 : 48) +
         4.0 * w.out_height * w.out_width * layout.out.vectors;
}

// Why these defaults: weights that fit half of L1 stay there while pixels go by; others are read once for
// each strip, a tile of channels at a time. Strips are at most a quarter of the image, work for four threads,
// unless there are as many tiles of channels.
QuantisedConvolutionSchedule default_schedule(const QuantisedConvolutionShape& shape,
                                              const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  const int64_t bytes = int64_t{layout.groups()} * layout.group * layout.out.stored() * layout.weight_bytes;
  QuantisedConvolutionSchedule z;
  z.channels_outer = bytes > machine.l1 / 2;
  const auto choose = [&](int rows) {
    z.strip = divisor_below(w.out_height, std::max(1, rows));
    z.tile = best_quantised_tile(machine, strip_pixels(shape, z.strip), layout.out.vectors,
                                 of_elements(shape, machine));
  };
  choose(w.out_height);
  if (!z.channels_outer || !shape.pointwise() || parts(layout.out.vectors, z.tile.vectors) < 4)
    choose(w.out_height / 4);
  return z;
}

void check(const QuantisedDepthwiseSchedule& z, const QuantisedDepthwiseShape& shape, const Machine&) {
  const Window& w = shape.window;
  if (!within(z.pixels, w.out_width) || !within(z.strip, w.out_height) || w.out_height % z.strip != 0)
    throw std::invalid_argument("quantised depthwise schedule does not fit its shape: " +
                                nlohmann::json(z).dump());
}

QuantisedProducts scheduled(const QuantisedDepthwiseShape& shape, const QuantisedDepthwiseSchedule& z,
                            const Machine& machine) {
  check(z, shape, machine);
  const Window& w = shape.window;
  const Layout layout = depthwise_layout(shape, machine);
  const int lanes = layout.out.width;
  QuantisedProducts s = quantised_depthwise(shape, layout);
  Var strip("strip"), row("row"), xo("xo"), xi("xi");
  s.output.split(s.x, xo, xi, z.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip)
      .reorder(s.lane, xi, xo, row, strip, s.vector)
      .vectorize(s.lane, lanes)
      .unroll(xi)
      .parallel(layout.out.vectors >= 4 || z.strip == w.out_height ? s.vector : strip);
  hold(s, s.sum, layout, {s.k.y, s.k.z}, xo);
  s.sum.update().unroll(s.k.y);
  if (w.taps() <= 9) s.sum.update().unroll(s.k.z);
  if (shape.zero_sums) {
    // Unrolled as the sums, so that both take the same shuffled bytes.
    hold(s, s.zeros, layout, {s.k.y, s.k.z}, xo);
    s.zeros.update().unroll(s.k.y);
    if (w.taps() <= 9) s.zeros.update().unroll(s.k.z);
  }
  schedule_rows(s, shape, layout, strip, /*first=*/false, /*depthwise=*/true);
  return s;
}

ScheduleSpace space(const QuantisedDepthwiseShape& shape, const Machine&) {
  return {{"/pixels"_json_pointer, up_to(std::min(shape.window.out_width, 8))},
          {"/strip"_json_pointer, divisors(shape.window.out_height)}};
}

double predicted_cycles(const QuantisedDepthwiseShape& shape, const QuantisedDepthwiseSchedule& z,
                        const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = depthwise_layout(shape, machine);
  const double tiles = double(parts(w.out_width, z.pixels)) * w.out_height * layout.out.vectors;
  const double copied =
      double(w.rows_read(z.strip)) * w.out_height / z.strip * w.in_width * layout.in.vectors;
  return tiles * z.pixels * (3.0 * layout.run_groups * layout.rows + 7) + copied;
}

// Why these defaults: a row's tile is as wide as registers hold, and rows with their border stay in L1.
QuantisedDepthwiseSchedule default_schedule(const QuantisedDepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = depthwise_layout(shape, machine);
  const int64_t row = int64_t{layout.in.width} * (w.in_width + w.kernel_width);
  const int most = machine.registers >= 32 ? 7 : 4, tiles = parts(w.out_width, most);
  return {parts(w.out_width, tiles),
          divisor_below(w.out_height, static_cast<int>(std::clamp<int64_t>(machine.l1 / 3 / (row * w.stride),
                                                                           1, w.out_height)))};
}

}  // namespace mobilith
