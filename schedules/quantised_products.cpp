#include "schedules/quantised_products.h"

#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

using Layout = QuantisedProductsLayout;

bool within(int value, int most) { return value >= 1 && value <= most; }

int parts(int whole, int part) { return (whole + part - 1) / part; }

int strip_pixels(const QuantisedConvolutionShape& shape, int strip) {
  return (shape.pointwise() ? strip : 1) * shape.window.out_width;
}

// Accumulators, a tile's weights, one broadcast, and one more where a group's sum is added by itself. With
// three registers left LLVM keeps accumulators where they are.
bool fits_registers(const Tile& tile, const Machine& machine) {
  return tile.pixels * tile.vectors + tile.vectors + 4 <= machine.registers;
}

// Instructions that make bytes of a row of pixels' sums: three for each vector, then packs of up to four of them
// (codegen/pack_bytes.h).
double packing(int pixels) { return 3 * pixels + 2 * parts(pixels, 2) + 4 * parts(pixels, 4); }

// Cycles of all the pixels and vectors: for each group of products one instruction an accumulator, whose latency four of
// them hide, beside loads, two a cycle. Packs, where sums become bytes by them, go on while the next tile's products
// begin, but more than eight vectors' fill the scheduler.
double tile_cost(const Tile& tile, const Machine& machine, int pixels, int vectors, int groups) {
  const double tiles = double(parts(pixels, tile.pixels)) * parts(vectors, tile.vectors);
  const double products = tile.pixels * tile.vectors, loads = tile.pixels / 2.0 + tile.vectors;
  const double spill = fits_registers(tile, machine) ? 0 : 1e3;
  const double packs = machine.byte_group != 4 ? 0
                                               : 0.4 * tile.vectors * packing(tile.pixels) *
                                                     (1 + std::max(0.0, products - 8) / 24);
  return tiles * (groups * (std::max({products, loads, 5.0}) + 0.1 * loads + spill) + packs);
}

Tile best_tile(const Machine& machine, int pixels, int vectors, int groups) {
  Tile best;
  double least = tile_cost(best, machine, pixels, vectors, groups);
  for (int v = 1; v <= std::min(vectors, 6); v++)
    for (int p = 1; p <= std::min(pixels, 14); p++)
      if (const Tile tile{p, v}; fits_registers(tile, machine))
        if (const double cost = tile_cost(tile, machine, pixels, vectors, groups); cost < least)
          best = tile, least = cost;
  return best;
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
  if (s.pixel.size() > 1) sum.unroll(s.pixel.back()).update().unroll(s.pixel.back());
}

// A tile's pixels, which are neighbours in memory: at once where instructions pack several vectors of sums
// (codegen/pack_bytes.h), else one after the other.
void sums_to_bytes(QuantisedProducts& s, const Var& pixels, int lanes, const QuantisedProductsShape& shape,
                   const Machine& machine) {
  s.output.vectorize(s.lane, lanes);
  if (shape.near && packs_bytes(machine))
    s.output.vectorize(pixels);
  else
    s.output.unroll(pixels);
}

int64_t weight_bytes(const Layout& layout) {
  return int64_t{layout.groups()} * layout.group * layout.out.stored() * layout.weight_bytes;
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
  out.reorder(order).unroll(vi).parallel(order.back());
  sums_to_bytes(s, xi, lanes, shape, machine);
  hold(s, s.sum, layout, {s.k.y, s.k.z, s.k.w}, z.channels_outer ? xo : tile);
  if (shape.pointwise() && z.channels_outer && weight_bytes(layout) > machine.l1)
    prefetch_next_tile(out, out, {"tile"}, s.sum, s.k.w, 4, s.weights,
                       layout.groups() * layout.group * lanes * z.tile.vectors);
  if (s.rest.defined()) hold_update(s, s.sum.update(1), s.rest.x, {s.rest.y}, lanes);
  const bool first = whole && z.channels_outer;  // tiles of channels are the outer loop: once for all of them
  schedule_rows(s, shape, layout, strip, first, /*depthwise=*/false);
  if (shape.zero_sums) {
    place(s.zeros, out, strip, first);
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
      if (const Tile tile{p, v}; fits_registers(tile, machine)) tiles.emplace_back(tile);
  return {{"/tile"_json_pointer, tiles},
          {"/strip"_json_pointer, divisors(shape.window.out_height)},
          {"/channels_outer"_json_pointer, {false, true}}};
}

double predicted_cycles(const QuantisedConvolutionShape& shape, const QuantisedConvolutionSchedule& z,
                        const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  const double rows = shape.pointwise() ? double(w.out_height) / z.strip : w.out_height;
  const double tiles = rows * tile_cost(z.tile, machine, strip_pixels(shape, z.strip), layout.out.vectors, layout.groups());
  const double bytes = double(layout.groups()) * layout.group * layout.out.stored();
  const double sweeps =
      z.channels_outer ? double(w.out_height) / z.strip : double(w.out_height) * w.out_width / z.tile.pixels;
  return tiles + bytes * sweeps / (bytes <= machine.l1 / 2 ? 128 : 48) +
         4.0 * w.out_height * w.out_width * layout.out.vectors;
}

// Why these defaults: weights that fit half of L1 stay there while pixels go by; others are read once for
// each strip, a tile of channels at a time. Strips are at most a quarter of the image, work for four threads,
// unless there are as many tiles of channels.
QuantisedConvolutionSchedule default_schedule(const QuantisedConvolutionShape& shape,
                                              const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  QuantisedConvolutionSchedule z;
  z.channels_outer = weight_bytes(layout) > machine.l1 / 2;
  const auto choose = [&](int rows) {
    z.strip = divisor_below(w.out_height, std::max(1, rows));
    z.tile = best_tile(machine, strip_pixels(shape, z.strip), layout.out.vectors, layout.groups());
  };
  choose(w.out_height);
  if (!z.channels_outer || !shape.pointwise() || parts(layout.out.vectors, z.tile.vectors) < 4)
    choose(w.out_height / 4);
  return z;
}

namespace {

// Of a tile: a shuffle for each group of an input row's pixels, a product for each output's, and what makes bytes of
// sums.
double tile_instructions(const Layout& layout, const Window& w, const QuantisedDepthwiseSchedule& z) {
  const double shuffles = double(w.rows_read(z.rows)) * layout.run_groups * z.pixels;
  const double products = double(layout.run_groups) * layout.rows * z.pixels * z.rows;
  return shuffles + products + z.rows * packing(z.pixels);
}

}  // namespace

void check(const QuantisedDepthwiseSchedule& z, const QuantisedDepthwiseShape& shape, const Machine&) {
  const Window& w = shape.window;
  if (!within(z.pixels, w.out_width) || !within(z.strip, w.out_height) || w.out_height % z.strip != 0 ||
      !within(z.rows, z.strip) || z.strip % z.rows != 0)
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
  Var strip("strip"), row("row"), xo("xo"), xi("xi"), yi("yi");
  s.output.split(s.x, xo, xi, z.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip)
      .split(row, row, yi, z.rows)
      .reorder(s.lane, xi, yi, xo, row, strip, s.vector)
      .unroll(yi)
      .parallel(layout.out.vectors >= 4 || z.strip == w.out_height ? s.vector : strip);
  sums_to_bytes(s, xi, lanes, shape, machine);
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
          {"/strip"_json_pointer, divisors(shape.window.out_height)},
          {"/rows"_json_pointer, {1, 2, 3, 4}}};
}

double predicted_cycles(const QuantisedDepthwiseShape& shape, const QuantisedDepthwiseSchedule& z,
                        const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = depthwise_layout(shape, machine);
  const double tiles = double(parts(w.out_width, z.pixels)) * w.out_height / z.rows * layout.out.vectors;
  const double copied =
      double(w.rows_read(z.strip)) * w.out_height / z.strip * w.in_width * layout.in.vectors;
  return tiles * tile_instructions(layout, w, z) / 2 + copied;
}

// Why these defaults: the fewest instructions of those tiles that registers hold, and rows with their border stay
// in L1. With 16 registers, without a shuffle of bytes (byte_group), rows share nothing.
QuantisedDepthwiseSchedule default_schedule(const QuantisedDepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = depthwise_layout(shape, machine);
  const int64_t row = int64_t{layout.in.width} * (w.in_width + w.kernel_width);
  const int64_t rows = std::clamp<int64_t>(machine.l1 / 3 / (row * w.stride), 1, w.out_height);
  QuantisedDepthwiseSchedule z{1, divisor_below(w.out_height, static_cast<int>(rows)), 1};
  const bool wide = machine.registers >= 32 && machine.byte_group == 4;
  if (!wide) {
    const int most = machine.registers >= 32 ? 7 : 4;
    z.pixels = parts(w.out_width, parts(w.out_width, most));
    return z;
  }
  double least = predicted_cycles(shape, z, machine);
  for (int strip = 1; strip <= rows; strip++)
    for (int pixels = 1; pixels <= std::min(w.out_width, 8); pixels++)
      for (int together = 1; together <= 4 && pixels * together <= 16; together++) {
        const QuantisedDepthwiseSchedule tile{pixels, strip, together};
        if (w.out_height % strip != 0 || strip % together != 0) continue;
        if (const double cycles = predicted_cycles(shape, tile, machine); cycles < least)
          z = tile, least = cycles;
      }
  return z;
}

}  // namespace mobilith
