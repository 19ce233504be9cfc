#include "schedules/convolution.h"

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

using Schedule = ConvolutionSchedule;
using Layout = ConvolutionLayout;

// Where what is computed of a strip's pixels goes: in front of the strip, or of everything.
void place(Func& func, Func& output, const Var& strip, bool whole) {
  if (whole)
    func.compute_root();
  else
    func.compute_at(output, strip);
}

void schedule_pixels(Convolution& s, const ConvolutionShape& shape, const Schedule& z, const Layout& layout) {
  const Window& w = shape.window;
  const int lanes = layout.out.width;
  const bool whole = z.strip == w.out_height;
  Var strip("strip"), pixel("pixel"), pt("pt"), pi("pi"), tile("tile"), lane("lane");
  Func& out = s.output;
  out.split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards);
  if (whole)
    out.split(s.p, pt, pi, z.tile.pixels, TailStrategy::ShiftInwards);
  else
    out.split(s.p, strip, pixel, z.strip * w.out_width)
        .split(pixel, pt, pi, z.tile.pixels, TailStrategy::ShiftInwards);
  std::vector<VarOrRVar> order{lane, pi, pt};
  order.insert(z.channels_outer ? order.end() : order.begin() + 2, tile);
  if (!whole) order.emplace_back(strip);
  out.reorder(order).vectorize(lane, lanes).unroll(lane).unroll(pi).parallel(order.back());
  hold_in_registers(s.product, layout.products, out, z.channels_outer ? pt : tile, s.o, {s.p},
                    z.tile.vectors);
  if (z.copied) {
    place(s.copied, out, strip, whole);
    s.copied.vectorize(s.c, layout.in.width, TailStrategy::RoundUp);
    const int part = (w.out_width * w.out_height + 3) / 4;  // of four threads
    Var task("task"), copy("copy");
    if (whole) s.copied.split(s.p, task, copy, part, TailStrategy::GuardWithIf).parallel(task);
    if (scheme_of(layout.products).spread_pixels) spread_pixels(s.copied, s.c, layout.in.stored());
  }
  for (Func& func : s.product.of_pixel) place(func, out, strip, whole);
}

void schedule_windows(Convolution& s, const ConvolutionShape& shape, const Schedule& z,
                      const Layout& layout) {
  const Window& w = shape.window;
  const int lanes = layout.out.width;
  const bool whole = z.strip == w.out_height;
  Var strip("strip"), row("row"), xo("xo"), xi("xi"), tile("tile"), lane("lane");
  Func& out = s.output;
  out.split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards)
      .split(s.x, xo, xi, z.tile.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip);
  std::vector<VarOrRVar> order{lane, xi, xo, row};
  order.insert(z.channels_outer ? order.end() : order.begin() + 2, tile);
  if (whole) {
    order.insert(order.end() - (z.channels_outer ? 1 : 0), strip);
  } else {
    order.emplace_back(strip);
  }
  out.reorder(order).vectorize(lane, lanes).unroll(lane).unroll(xi);
  out.parallel(whole && !z.channels_outer ? VarOrRVar(row) : order.back());
  const RDom& k = s.product.k;
  hold_in_registers(s.product.sum, out, z.channels_outer ? xo : tile, s.o, {s.x, s.y}, {k.x, k.y, k.z}, lanes,
                    z.tile.vectors);
  place(s.copied, out, strip, whole);
  s.copied.vectorize(s.c, layout.in.width, TailStrategy::RoundUp);
  if (whole) s.copied.parallel(s.y);
}

}  // namespace

void check(const Schedule& z, const ConvolutionShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const int pixels = shape.pointwise() ? z.strip * w.out_width : w.out_width;
  // Strips of equal height: separable.cpp. The loops of a window lie two inside that of a tile.
  if (!within(z.strip, w.out_height) || w.out_height % z.strip != 0 || !within(z.tile.pixels, pixels) ||
      !within(z.tile.vectors, layout.out.vectors) || (must_copy(shape) && !z.copied) ||
      (z.prefetch && !shape.pointwise()))
    throw std::invalid_argument("convolution schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Convolution scheduled(const ConvolutionShape& shape, const Schedule& z, const Machine& machine) {
  check(z, shape, machine);
  const Layout layout = layout_of(shape, machine);
  Convolution s = convolution(shape, layout, z.copied);
  if (shape.pointwise())
    schedule_pixels(s, shape, z, layout);
  else
    schedule_windows(s, shape, z, layout);
  if (z.prefetch)
    prefetch_next_tile(s.output, s.output, {"tile"}, s.product, scheme_of(layout.products).prefetch_lines,
                       s.product.weights, z.tile.vectors * layout.out.width * layout.products.products(),
                       machine);
  return s;
}

ScheduleSpace space(const ConvolutionShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const bool pointwise = shape.pointwise();
  const int pixels = pointwise ? w.out_width * w.out_height : w.out_width;
  ScheduleSpace space{{"/tile"_json_pointer, tiles(machine, layout.products, pixels, layout.out.vectors)},
                      {"/strip"_json_pointer, divisors(w.out_height)},
                      {"/channels_outer"_json_pointer, {false, true}}};
  if (!must_copy(shape)) space.push_back({"/copied"_json_pointer, {false, true}});
  if (pointwise)
    space.push_back({"/prefetch"_json_pointer, prefetching(default_schedule(shape, machine).prefetch)});
  return space;
}

double predicted_cycles(const ConvolutionShape& shape, const Schedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const Matrix& products = layout.products;
  const int vectors = layout.out.vectors, k = products.products();
  const double strips = double(w.out_height) / z.strip;
  const double tiles = shape.pointwise()
                           ? tile_cycles(z.tile, machine, products, z.strip * w.out_width, vectors)
                           : z.strip * tile_cycles(z.tile, machine, products, w.out_width, vectors);
  const double read = double(shape.pointwise() ? z.strip : w.rows_read(z.strip)) *
                      (shape.pointwise() ? w.out_width : w.in_width) * layout.in.vectors;
  // What does not stay in cache is read again, as in separable.cpp.
  auto cost = [&](double bytes, double times) {
    return bytes * times / (bytes <= machine.l1 / 2 ? 64 : bytes <= machine.l2 / 2 ? 32 : 10);
  };
  const double strip_bytes = read * layout.in.width * bytes_of(layout.in.type),
               weight_bytes = double(products.row_bytes()) * k;
  const double sweeps = std::ceil(double(vectors) / z.tile.vectors),
               pixel_tiles = std::ceil(double(z.strip) * w.out_width / z.tile.pixels);
  const double memory = z.channels_outer ? cost(strip_bytes, sweeps) + cost(weight_bytes, 1)
                                         : cost(strip_bytes, 1) + cost(weight_bytes, pixel_tiles);
  return strips * (k * tiles + (z.copied ? 2.0 * read : 0) + 0.3 * memory);
}

// Why these defaults: as the pointwise half of separable.cpp. Weights that do not fit half of L1 stream from
// further out once for each strip, so strips take up to half of L2; otherwise up to half of L1. Strips are at
// most a quarter of the image, work for four threads,
//   if they would be two or three;
//   if the image would be whole, with fewer than four tiles of channels to share instead;
//   or with fewer than eight, unless strips had fewer than 24 pixels, or weights exceed half of L2: it costs
//   one thread nothing (14x14x480 to 112, znver4: 134 us -> 132, two threads 104 -> 77).
// Inputs that paired products would find in a few of L1's sets alone are copied.
Schedule default_schedule(const ConvolutionShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const Matrix& products = layout.products;
  const int vectors = layout.out.vectors;
  const int64_t row_bytes = layout.in.bytes() * (shape.pointwise() ? w.out_width : w.in_width * w.stride),
                weight_bytes = products.row_bytes() * products.products();
  Schedule z;
  const bool many_weights = weight_bytes > machine.l1 / 2;
  z.channels_outer = many_weights || scheme_of(products).channels_outermost;
  z.prefetch = shape.pointwise() && weight_bytes > machine.l1;
  const int64_t room = many_weights ? machine.l2 / 2 : machine.l1 / 2;
  const auto choose = [&](int most_rows) {
    z.strip = divisor_below(
        w.out_height, static_cast<int>(std::clamp<int64_t>(room / row_bytes, 1, std::max(1, most_rows))));
    z.tile = choose_tile(machine, products, shape.pointwise() ? z.strip * w.out_width : w.out_width, vectors);
  };
  choose(w.out_height);
  const int channel_tiles = (vectors + z.tile.vectors - 1) / z.tile.vectors;
  const int quarter = w.out_height / 4;
  const bool pays =
      divisor_below(w.out_height, quarter) * w.out_width >= 24 && weight_bytes <= machine.l2 / 2;
  const int strips = w.out_height / z.strip;
  if (strips < 4 && (strips > 1 || !z.channels_outer || channel_tiles < (pays ? 8 : 4))) choose(quarter);
  const int lines = layout.in.stored() / 16;
  z.copied =
      must_copy(shape) || (scheme_of(products).spread_pixels && lines >= 8 && lines % 2 == 0 && vectors >= 4);
  return z;
}

}  // namespace mobilith
