#include "schedules/separable.h"

#include <cmath>
#include <stdexcept>

#include "products/registers.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

void schedule_rows(Separable& s, const SeparableShape& shape, const SeparableSchedule& z,
                   const SeparableLayout& layout) {
  const Window& w = shape.window;
  const int lanes = layout.out.width;
  Var xo("xo"), xi("xi"), strip("strip"), row("row"), tile("tile"), lane("lane");
  const bool whole = z.strip == w.out_height;
  s.output.split(s.x, xo, xi, z.tile.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip, TailStrategy::ShiftInwards)
      .split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards);
  if (z.channels_outer)
    s.output.reorder(lane, xi, xo, row, tile, strip);
  else
    s.output.reorder(lane, xi, tile, xo, row, strip);
  s.output.vectorize(lane, lanes).unroll(lane).unroll(xi);
  hold_in_registers(s.pointwise, layout.pointwise, s.output, z.channels_outer ? xo : tile, s.o, {s.x, s.y},
                    z.tile.vectors);
  if (whole)
    s.depthwise.compute_root(), s.output.parallel(z.channels_outer ? tile : row);
  else
    s.depthwise.compute_at(s.output, strip), s.output.parallel(strip);
}

void schedule_flat(Separable& s, const SeparableShape& shape, const SeparableSchedule& z,
                   const SeparableLayout& layout) {
  const Window& w = shape.window;
  s.flat.vectorize(s.c, layout.in.width, TailStrategy::RoundUp);
  const int lanes = layout.out.width;
  Var strip("strip"), pixel("pixel"), pt("pt"), pi("pi"), tile("tile"), lane("lane");
  const bool whole = z.strip == w.out_height;
  s.output.split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards);
  if (whole)
    s.output.split(s.p, pt, pi, z.tile.pixels, TailStrategy::ShiftInwards);
  else
    s.output.split(s.p, strip, pixel, z.strip * w.out_width, TailStrategy::ShiftInwards)
        .split(pixel, pt, pi, z.tile.pixels, TailStrategy::ShiftInwards);
  std::vector<VarOrRVar> order;
  if (z.channels_outer)
    order = {lane, pi, pt, tile};
  else
    order = {lane, pi, tile, pt};
  if (!whole) order.emplace_back(strip);
  s.output.reorder(order).vectorize(lane, lanes).unroll(lane).unroll(pi);
  hold_in_registers(s.pointwise, layout.pointwise, s.output, z.channels_outer ? pt : tile, s.o, {s.p},
                    z.tile.vectors);
  if (whole) {
    s.depthwise.compute_root();
    s.flat.compute_root();
    s.output.parallel(z.channels_outer ? tile : pt);
  } else {
    s.depthwise.compute_at(s.output, strip);
    s.flat.compute_at(s.output, strip);
    s.output.parallel(strip);
  }
}

}  // namespace

void check(const SeparableSchedule& z, const SeparableShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const int strip_pixels = z.flat ? z.strip * w.out_width : w.out_width;
  const SeparableLayout layout = layout_of(shape, machine);
  const int vectors = layout.out.vectors, in_vectors = layout.in.vectors;
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  // Strips of equal height: where two overlapped, two threads would compute the same row, each with its own
  // rounding (what is unrolled and fused differs by a row's place in its strip).
  if (!within(z.strip, w.out_height) || w.out_height % z.strip != 0 || !within(z.tile.pixels, strip_pixels) ||
      !within(z.tile.vectors, vectors) || !within(z.depthwise_vectors, in_vectors) ||
      in_vectors % z.depthwise_vectors != 0 || !within(z.depthwise_pixels, w.out_width))
    throw std::invalid_argument("separable schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Separable scheduled(const SeparableShape& shape, const SeparableSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const Window& w = shape.window;
  const SeparableLayout layout = layout_of(shape, machine);
  const Scheme& scheme = scheme_of(layout.pointwise);
  Separable s = separable(shape, layout, z.flat ? PixelOrder::flat : PixelOrder::rows);
  if (z.flat)
    schedule_flat(s, shape, z, layout);
  else
    schedule_rows(s, shape, z, layout);
  if (z.prefetch)
    prefetch_next_tile(s.output, s.output, {"tile"}, s.pointwise, scheme.prefetch_lines, s.pointwise.weights,
                       z.tile.vectors * layout.out.width * layout.pointwise.products(), machine);
  prefetch_next_kernel(s.output, s.pointwise.sum, s.pointwise.step, s.pointwise.weights,
                       static_cast<int>(elements_of(s.pointwise.weights)), machine);
  prefetch_next_rows(s.output, {"strip"}, s.pointwise.sum, s.pointwise.step, s.input, w, z.strip, machine);
  if (!z.channels_outer) {
    const std::vector<std::string> rows{"strip", "row", "xo"}, flat{"strip", "pt"};
    prefetch_next_outputs(s.output, z.flat ? flat : rows, s.pointwise.sum, s.pointwise.step,
                          scheme.prefetch_lines, z.tile.pixels * layout.out.stored(),
                          int64_t{layout.out.stored()} * w.out_width * w.out_height, machine);
  }
  Var co("co"), ci("ci"), xo("dxo"), xi("dxi");
  const int in_lanes = layout.in.width, stored = layout.in.stored();
  s.depthwise.bound(s.c, 0, stored);
  if (scheme.spread_pixels) spread_pixels(z.flat ? s.flat : s.depthwise, s.c, stored);
  for (Func& func : s.pointwise.of_pixel) {
    if (z.strip == w.out_height)
      func.compute_root();
    else
      func.compute_at(s.output, Var("strip"));
  }
  s.depthwise.split(s.c, co, ci, z.depthwise_vectors * in_lanes)
      .split(s.x, xo, xi, z.depthwise_pixels, TailStrategy::ShiftInwards);
  sweep_depthwise(s.depthwise, ci, xi, xo, {s.y, s.j, co}, {z.depthwise_pixels, z.depthwise_vectors},
                  in_lanes, w, layout.in.bytes(), machine);
  if (z.strip == w.out_height) s.depthwise.parallel(co);
  return s;
}

ScheduleSpace space(const SeparableShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const SeparableLayout layout = layout_of(shape, machine);
  return {{"/flat"_json_pointer, {false, true}},
          {"/tile"_json_pointer,
           tiles(machine, layout.pointwise, w.out_width * w.out_height, layout.out.vectors)},
          {"/strip"_json_pointer, divisors(w.out_height)},
          {"/channels_outer"_json_pointer, {false, true}},
          {"/prefetch"_json_pointer, prefetching(default_schedule(shape, machine).prefetch)},
          {"/depthwise_vectors"_json_pointer, divisors(layout.in.vectors, 4)},
          {"/depthwise_pixels"_json_pointer, up_to(std::min(w.out_width, 8))}};
}

double predicted_cycles(const SeparableShape& shape, const SeparableSchedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const SeparableLayout layout = layout_of(shape, machine);
  const int vectors = layout.out.vectors, in_vectors = layout.in.vectors;
  const int64_t k = int64_t{layout.in.stored()} * shape.depth_multiplier;
  const double strips = std::ceil(double(w.out_height) / z.strip);
  const Matrix& products = layout.pointwise;
  const double tiles = z.flat ? tile_cycles(z.tile, machine, products, z.strip * w.out_width, vectors)
                              : z.strip * tile_cycles(z.tile, machine, products, w.out_width, vectors);
  const double taps = double(w.taps()) * w.out_width * z.strip * in_vectors * shape.depth_multiplier;
  const double copy = z.flat ? 2.0 * z.strip * w.out_width * k / machine.lanes : 0;
  // What does not stay in cache is read again: the strip's depthwise result for each tile of channels, or the
  // weights for each tile of pixels; 64 bytes a cycle from L1, 32 from L2, 10 from further out.
  auto cost = [&](double bytes, double times) {
    return bytes * times / (bytes <= machine.l1 / 2 ? 64 : bytes <= machine.l2 / 2 ? 32 : 10);
  };
  const double strip_bytes = double(layout.in.bytes()) * shape.depth_multiplier * z.strip * w.out_width,
               weight_bytes = double(products.row_bytes()) * k;
  const double sweeps = std::ceil(double(vectors) / z.tile.vectors),
               pixel_tiles = std::ceil(double(z.strip) * w.out_width / z.tile.pixels);
  const double memory = z.channels_outer ? cost(strip_bytes, sweeps) + cost(weight_bytes, 1)
                                         : cost(strip_bytes, 1) + cost(weight_bytes, pixel_tiles);
  return strips * (k * tiles + taps / 1.5 + copy + 0.3 * memory);
}

// Why these defaults. A strip's depthwise result is read once for each tile of channels, so it should stay in
// cache. A tile's weights are read once for each strip.
//   If all pointwise weights fit half of L1, the strip's depthwise result takes up to the other half. Pixels
//   are outermost, so that the inputs of a tile of pixels are read once.
//   If they do not fit, they stream from further out once for each strip, so strips should be few: the strip
//   takes up to half of L2. Channels are outermost, so that each tile of weights is read once for a strip.
//   Dots are so fast that reading the strip from L2 for each tile of channels shows: a strip stays in L1
//   where all of the image's result would take more than an eighth of L2, and the weights are read from L2
//   once for each.
// Paired products go through channels outermost in either case: measured 1.1 to 1.3 times as fast (znver4).
// So do strips of AVX2, whose tiles are small: 1.07 times as fast (V1's 112x112x32, code for znver3 on
// znver4). Where their weights fit L1, strips take an eighth of L2: reading the weights again is cheap, and
// the strip's result is read for each tile of channels (112x112x64 to 56x56: 1.08). A strip has at least one
// row, whatever its size.
SeparableSchedule default_schedule(const SeparableShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const SeparableLayout layout = layout_of(shape, machine);
  const int vectors = layout.out.vectors;
  const int64_t row_bytes = layout.in.bytes() * shape.depth_multiplier * w.out_width,
                weight_bytes = layout.pointwise.row_bytes() * layout.in.stored() * shape.depth_multiplier;
  const Matrix& products = layout.pointwise;
  SeparableSchedule z;
  const bool many_weights = weight_bytes > machine.l1 / 2;
  const bool small_tiles = loads_each_factor(machine),
             near_weights = small_tiles && weight_bytes <= machine.l1;
  z.channels_outer = many_weights || scheme_of(products).channels_outermost;
  z.prefetch = weight_bytes > machine.l1;
  const bool short_strips =
      of_dots(machine) && row_bytes * w.out_height > machine.l2 / 8 && weight_bytes <= machine.l2 / 2;
  const int64_t room = !many_weights || short_strips ? machine.l1 / 2
                       : near_weights                ? machine.l2 / 8
                                                     : machine.l2 / 2;
  z.strip =
      divisor_below(w.out_height, static_cast<int>(std::clamp<int64_t>(room / row_bytes, 1, w.out_height)));
  // A whole image swept channels outermost has its tiles of channels as tasks.
  const Tile swept = choose_tile(machine, products, z.strip * w.out_width, vectors);
  if (z.strip < w.out_height || (z.channels_outer && vectors < machine.threads * swept.vectors))
    z.strip = shared_strip(w.out_height, z.strip, machine);
  if (small_tiles && z.strip < w.out_height) z.channels_outer = true;
  const Tile rows = choose_tile(machine, products, w.out_width, vectors);
  const Tile flat = choose_tile(machine, products, z.strip * w.out_width, vectors);
  const double rows_cycles = z.strip * tile_cycles(rows, machine, products, w.out_width, vectors);
  const double flat_cycles = tile_cycles(flat, machine, products, z.strip * w.out_width, vectors);
  // Flat order copies the depthwise result once: about two cycles per vector, against `flat_cycles` per k for
  // all of them.
  const double copy_cycles = 2.0 * z.strip * w.out_width / machine.lanes;
  z.flat = flat_cycles + copy_cycles < rows_cycles;
  z.tile = z.flat ? flat : rows;
  const Tile depthwise = depthwise_tile(w, machine, layout.in.vectors, 4);
  z.depthwise_vectors = depthwise.vectors, z.depthwise_pixels = depthwise.pixels;
  return z;
}

}  // namespace mobilith
