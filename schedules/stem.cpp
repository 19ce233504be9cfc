#include "schedules/stem.h"

#include <stdexcept>

#include "products/registers.h"
#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

void check(const StemSchedule& z, const StemShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const int vectors = layout_of(shape, machine).out.vectors;
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  if (!within(z.strip, w.out_height) || w.out_height % z.strip != 0 || !within(z.tile.pixels, w.out_width) ||
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
      .split(s.y, strip, row, z.strip, TailStrategy::ShiftInwards)
      .split(s.o, tile, lane, z.tile.vectors * lanes, TailStrategy::ShiftInwards)
      .reorder(lane, xi, tile, xo, row, strip)
      .vectorize(lane, lanes)
      .unroll(lane)
      .unroll(xi)
      .parallel(strip);
  hold_in_registers(s.sum, s.output, tile, s.o, {s.x, s.y}, {s.k.x, s.k.y}, lanes, z.tile.vectors);
  s.bordered.compute_at(s.output, strip).vectorize(s.i, machine.lanes);
  return s;
}

ScheduleSpace space(const StemShape& shape, const Machine& machine) {
  const StemLayout layout = layout_of(shape, machine);
  return {{"/tile"_json_pointer,
           tiles(machine, layout.products, shape.window.out_width, layout.out.vectors)},
          {"/strip"_json_pointer, divisors(shape.window.out_height)}};
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
// out work to threads. A strip has as many rows as the largest divisor of the image's height that is at most
// eight. Strips of few rows copy more borders: where the height is prime, a strip is one row and copies three
// to compute it.
StemSchedule default_schedule(const StemShape& shape, const Machine& machine) {
  StemSchedule z;
  const StemLayout layout = layout_of(shape, machine);
  z.tile = choose_tile(machine, layout.products, shape.window.out_width, layout.out.vectors);
  z.strip = divisor_below(shape.window.out_height, 8);
  return z;
}

}  // namespace mobilith
