#include "schedules/stem.h"

#include <stdexcept>

#include "schedules/pixels.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

PointwiseShape products_of(const StemShape& shape) {
  return {9 * shape.in_channels, 1, shape.out_channels, false};
}

}  // namespace

void check(const StemSchedule& z, const StemShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const int vectors = vectors_of(shape.out_channels, machine.lanes);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  if (!within(z.strip, w.out_height) || w.out_height % z.strip != 0 || !within(z.tile.pixels, w.out_width) ||
      !within(z.tile.vectors, vectors))
    throw std::invalid_argument("stem schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Stem scheduled(const StemShape& shape, const StemSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const int lanes = vector_lanes(shape.out_channels, machine.lanes);
  Stem s = stem(shape, machine.lanes);
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
  const int vectors = vectors_of(shape.out_channels, machine.lanes);
  return {{"/tile"_json_pointer, tiles(machine, products_of(shape), shape.window.out_width, vectors)},
          {"/strip"_json_pointer, divisors(shape.window.out_height)}};
}

double predicted_cycles(const StemShape& shape, const StemSchedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const int vectors = vectors_of(shape.out_channels, machine.lanes);
  // Each strip copies its rows and two more.
  const double copied = double(w.out_height) / z.strip * (w.stride * z.strip + 2) * w.in_width;
  return w.out_height * 9 * shape.in_channels *
             tile_cycles(z.tile, machine, products_of(shape), w.out_width, vectors) +
         copied * shape.in_channels / machine.lanes;
}

// Why these defaults. There are 27 products for each output, so the weights of all channels stay in L1 (32
// channels: 3.4 KB), and the register tile alone decides the speed. Strips only hand out work to threads. A
// strip has as many rows as the largest divisor of the image's height that is at most eight. Strips of few
// rows copy more borders: where the height is prime, a strip is one row and copies three to compute it.
StemSchedule default_schedule(const StemShape& shape, const Machine& machine) {
  StemSchedule z;
  z.tile = choose_tile(machine, products_of(shape), shape.window.out_width,
                       vectors_of(shape.out_channels, machine.lanes));
  z.strip = divisor_below(shape.window.out_height, 8);
  return z;
}

}  // namespace mobilith
