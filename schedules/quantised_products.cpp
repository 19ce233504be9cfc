#include "schedules/quantised_products.h"

#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"
#include "schedules/prefetch.h"
#include "schedules/quantised_parts.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;
using namespace quantised_parts;

namespace {

using Layout = QuantisedProductsLayout;

int strip_pixels(const QuantisedConvolutionShape& shape, int strip) {
  return (shape.pointwise() ? strip : 1) * shape.window.out_width;
}

// Whether a pointwise convolution's pixels are elements of registers, which hold four.
bool of_elements(const QuantisedConvolutionShape& shape, const Machine& machine) {
  return machine.byte_elements && shape.pointwise();
}

int64_t weight_bytes(const Layout& layout) {
  return int64_t{layout.groups()} * layout.group * layout.out.stored() * layout.weight_bytes;
}

QuantisedWork work_of(const QuantisedConvolutionShape& shape, int strip, const Layout& layout,
                      const Machine& machine) {
  return {strip_pixels(shape, strip), layout.out.vectors, layout.groups(), of_elements(shape, machine),
          layout.byte_pairs};
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

void hold_pairs(QuantisedProducts& s, const Layout& layout, const Var& at) {
  const int lanes = layout.out.width;
  const Var pair = s.pair_sums.args().front(), x = s.pixel.front();
  hold(s, s.sum, layout, {s.k.y, s.k.z}, at);
  s.pair_sums.compute_at(s.sum, x).reorder(pair, s.lane).vectorize(pair, 2).vectorize(s.lane, lanes);
  s.pair_sums.update()
      .reorder(s.pair.x, pair, s.lane)
      .atomic(/*override_associativity_test=*/true)  // no sum saturates
      .vectorize(s.pair.x)
      .vectorize(pair, 2)
      .vectorize(s.lane, lanes);
}

}  // namespace

void check(const QuantisedConvolutionSchedule& z, const QuantisedConvolutionShape& shape,
           const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  if (!divides(z.strip, w.out_height) || !within(z.tile.pixels, strip_pixels(shape, z.strip)) ||
      !within(z.tile.vectors, layout.out.vectors))
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
  const Var at = z.channels_outer ? xo : tile;
  if (layout.elements)
    hold_elements(s, layout, z.tile, at);
  else if (layout.byte_pairs)
    hold_pairs(s, layout, at);
  else
    hold(s, s.sum, layout, {s.k.y, s.k.z, s.k.w}, at);
  if (shape.pointwise() && !layout.elements && z.channels_outer && weight_bytes(layout) > machine.l1)
    prefetch_next_tile(out, out, {"tile"}, s.sum, layout.byte_pairs ? s.k.z : s.k.w, 4, s.weights,
                       layout.groups() * layout.group * lanes * z.tile.vectors, machine);
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
      if (const Tile tile{p, v}; quantised_tile_fits(tile, machine, layout.byte_pairs) &&
                                 whole_registers(tile, of_elements(shape, machine)))
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
  const double tiles = rows * quantised_tile_cost(z.tile, machine, work_of(shape, z.strip, layout, machine));
  const double bytes = double(layout.groups()) * layout.group * layout.out.stored();
  const double sweeps =
      z.channels_outer ? double(w.out_height) / z.strip : double(w.out_height) * w.out_width / z.tile.pixels;
  return tiles + bytes * sweeps / (bytes <= machine.l1 / 2 ? 128 : 48) +
         4.0 * w.out_height * w.out_width * layout.out.vectors;
}

// Why these defaults: weights that fit half of L1 stay there while pixels go by; others are read once for
// each strip, a tile of channels at a time. Strips are tasks_wanted(), unless there are as many tiles of
// channels.
QuantisedConvolutionSchedule default_schedule(const QuantisedConvolutionShape& shape,
                                              const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = convolution_layout(shape, machine);
  QuantisedConvolutionSchedule z;
  z.channels_outer = weight_bytes(layout) > machine.l1 / 2;
  const auto choose = [&](int rows) {
    z.strip = divisor_below(w.out_height, std::max(1, rows));
    z.tile = best_quantised_tile(machine, work_of(shape, z.strip, layout, machine));
  };
  choose(w.out_height);
  if (!z.channels_outer || !shape.pointwise() ||
      parts(layout.out.vectors, z.tile.vectors) < tasks_wanted(machine))
    choose(w.out_height / tasks_wanted(machine));
  return z;
}

}  // namespace mobilith
