#include "schedules/stem.h"

#include <algorithm>
#include <stdexcept>

#include "products/registers.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

void check(const StemSchedule& z, const StemShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const int vectors = layout_of(shape, machine).out.vectors;
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  if (!within(z.strip, w.out_height) || !within(z.tile.pixels, w.out_width) ||
      !within(z.tile.vectors, vectors))
    throw std::invalid_argument("stem schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Stem scheduled(const StemShape& shape, const StemSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const StemLayout layout = layout_of(shape, machine);
  const int lanes = layout.out.width;
  Stem s = stem(shape, layout);
  Var xo("xo"), xi("xi"), strip("strip"), row("row"), tile("tile"), lane("lane");
  s.output.split(s.x, xo, xi, z.tile.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip, TailStrategy::GuardWithIf)  // no row is computed by two threads
      .split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards)
      .reorder(lane, xi, tile, xo, row, strip)
      .vectorize(lane, lanes)
      .unroll(lane)
      .unroll(xi)
      .parallel(strip);
  Pointwise& product = s.product;
  // Whatever scheme its matrix would have, what are no dots are loops over the window's elements.
  if (s.narrowed.defined())
    hold_in_registers(product, layout.products, s.output, tile, s.o, {s.x, s.y}, z.tile.vectors);
  else
    hold_in_registers(product.sum, s.output, tile, s.o, {s.x, s.y}, {product.k.x, product.k.y}, lanes,
                      z.tile.vectors);
  prefetch_next_outputs(
      s.output, {"strip", "row", "xo"}, product.sum, product.step, 4, z.tile.pixels * layout.out.stored(),
      int64_t{layout.out.stored()} * shape.window.out_width * shape.window.out_height, machine);
  prefetch_next_rows(s.output, {"strip"}, product.sum, product.step, s.input, shape.window, z.strip, machine);
  Func copy = s.narrowed.defined() ? s.narrowed : s.bordered;
  copy.compute_at(s.output, strip).vectorize(s.i, machine.lanes);
  return s;
}

namespace {

// Rows of a strip: the largest divisor of the height that is at most eight, for strips of one size. Where
// that is below four, as in a prime height, eight: the last strip then has fewer rows.
int default_strip(int height) {
  const int divisor = divisor_below(height, 8);
  return divisor >= 4 ? divisor : std::min(height, 8);
}

std::vector<nlohmann::json> strips(int height) {
  std::vector<nlohmann::json> values = divisors(height);
  const nlohmann::json by_default = default_strip(height);
  if (std::find(values.begin(), values.end(), by_default) == values.end())
    values.insert(std::upper_bound(values.begin(), values.end(), by_default), by_default);
  return values;
}

}  // namespace

ScheduleSpace space(const StemShape& shape, const Machine& machine) {
  const StemLayout layout = layout_of(shape, machine);
  return {{"/tile"_json_pointer, tiles(machine, layout.products, shape.window.out_width, layout.out.vectors)},
          {"/strip"_json_pointer, strips(shape.window.out_height)}};
}

double predicted_cycles(const StemShape& shape, const StemSchedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const StemLayout layout = layout_of(shape, machine);
  // Each strip copies its rows and the window's border.
  const double copied =
      double(w.out_height) / z.strip * (w.stride * z.strip + w.kernel_height - 1) * w.in_width;
  return double(w.out_height) * layout.products.products() *
             tile_cycles(z.tile, machine, layout.products, w.out_width, layout.out.vectors) +
         copied * shape.in_channels / machine.lanes;
}

// Why these defaults. There are few products for each output (27 of a 3x3 window), so the weights of all
// channels stay in L1 (32 channels: 3.4 KB), and the register tile alone decides the speed. Strips only hand
// out work to threads, and each copies the rows that its neighbours read too: default_strip().
StemSchedule default_schedule(const StemShape& shape, const Machine& machine) {
  StemSchedule z;
  const StemLayout layout = layout_of(shape, machine);
  z.tile = choose_tile(machine, layout.products, shape.window.out_width, layout.out.vectors);
  z.strip = default_strip(shape.window.out_height);
  return z;
}

}  // namespace mobilith
