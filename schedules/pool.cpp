#include "schedules/pool.h"

#include <algorithm>
#include <stdexcept>

#include "products/registers.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

void check(const PoolSchedule& z, const PoolShape& shape, const Machine& machine) {
  const PoolLayout layout = layout_of(shape, machine);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const bool convolves = shape.hidden_channels > 0;
  const int vectors = convolves ? z.tile.vectors : z.pool_vectors;
  if (!within(z.tile.pixels, shape.height * shape.width) || !within(vectors, layout.features.vectors) ||
      layout.features.vectors % vectors != 0 || (z.prefetch && !convolves))
    throw std::invalid_argument("pool schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Pool scheduled(const PoolShape& shape, const PoolSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const PoolLayout layout = layout_of(shape, machine);
  const bool convolves = shape.hidden_channels > 0;
  const int lanes = layout.features.width, vectors = convolves ? z.tile.vectors : z.pool_vectors;
  Pool s = pool(shape, layout);
  Var tile("tile"), lane("lane"), po("po"), pi("pi");
  s.output.split(s.h, tile, lane, vectors * lanes)
      .reorder(lane, s.run, tile)
      .vectorize(lane, lanes)
      .unroll(lane)
      .unroll(s.run)
      .parallel(tile);
  for (Func* func : {&s.total, &s.largest}) {
    if (!func->defined()) continue;
    func->compute_at(s.output, tile).vectorize(s.h, lanes).unroll(s.h);
    func->update().reorder(s.h, s.pixel).vectorize(s.h, lanes).unroll(s.h);
  }
  if (!convolves) return s;
  s.hidden.compute_at(s.output, tile)
      .split(s.p, po, pi, z.tile.pixels, TailStrategy::ShiftInwards)
      .reorder(s.h, pi, po)
      .vectorize(s.h, lanes)
      .unroll(s.h)
      .unroll(pi);
  hold_in_registers(s.convolution, layout.convolution, s.hidden, po, s.h, {s.p}, vectors);
  for (Func& func : s.convolution.of_pixel) func.compute_root();
  if (z.prefetch)
    prefetch_next_tile(s.output, s.output, {"tile"}, s.convolution,
                       scheme_of(layout.convolution).prefetch_lines, s.convolution.weights,
                       vectors * lanes * layout.convolution.products(), machine);
  return s;
}

ScheduleSpace space(const PoolShape& shape, const Machine& machine) {
  const PoolLayout layout = layout_of(shape, machine);
  if (shape.hidden_channels == 0)
    return {{"/pool_vectors"_json_pointer, divisors(layout.features.vectors, 16)}};
  return {{"/tile"_json_pointer,
           tiles(machine, layout.convolution, shape.height * shape.width, layout.features.vectors)},
          {"/prefetch"_json_pointer, prefetching(default_schedule(shape, machine).prefetch)}};
}

double predicted_cycles(const PoolShape& shape, const PoolSchedule& z, const Machine& machine) {
  const PoolLayout layout = layout_of(shape, machine);
  const int pixels = shape.height * shape.width, vectors = layout.features.vectors;
  const double pool = double(pixels) * vectors * shape.runs();
  if (shape.hidden_channels == 0) return pool / std::min(2, z.pool_vectors);
  return pool + shape.in_channels * tile_cycles(z.tile, machine, layout.convolution, pixels, vectors);
}

// Why these defaults: the convolution is a product like any other; its tiles of channels are tasks. A pool
// alone reads every value once: eight accumulators hide the latency, where there are four such tasks.
PoolSchedule default_schedule(const PoolShape& shape, const Machine& machine) {
  const PoolLayout layout = layout_of(shape, machine);
  const int vectors = layout.features.vectors;
  PoolSchedule z;
  z.pool_vectors = divisor_below(vectors, std::clamp(vectors / 4, 1, 8));
  if (shape.hidden_channels == 0) return z;
  z.tile = choose_tile(machine, layout.convolution, shape.height * shape.width, vectors);
  if (vectors % z.tile.vectors != 0) z.tile.vectors = divisor_below(vectors, z.tile.vectors);
  z.prefetch = layout.features.bytes() * shape.in_channels > machine.l1;
  return z;
}

}  // namespace mobilith
