#include "schedules/dense.h"

#include <algorithm>
#include <stdexcept>

#include "products/registers.h"
#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

// Accumulators at once: as many as hide an FMA's latency.
constexpr int most_vectors = 12;

int tiles_of(const DenseLayout& layout) { return layout.out.vectors / layout.tile; }

}  // namespace

void check(const DenseSchedule& z, const DenseShape& shape, const Machine& machine) {
  const DenseLayout layout = layout_of(shape, machine);
  // Shifted inwards, the last tile would begin within a stream.
  const bool shifted = layout.tile > 1 && tiles_of(layout) % std::max(1, z.streams) != 0;
  if (z.streams < 1 || z.streams > tiles_of(layout) || z.streams * layout.tile > most_vectors || shifted)
    throw std::invalid_argument("dense schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Dense scheduled(const DenseShape& shape, const DenseSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const DenseLayout layout = layout_of(shape, machine);
  const int lanes = layout.out.width, vectors = z.streams * layout.tile;
  Dense s = dense(shape, layout);
  Var tile("tile"), lane("lane");
  s.output.split(s.o, tile, lane, vectors * lanes, TailStrategy::ShiftInwards)
      .vectorize(lane, lanes)
      .unroll(lane)
      .parallel(tile);
  hold_in_registers(s.sum, s.output, tile, s.o, {}, {s.k.x, s.k.y}, lanes, vectors);
  return s;
}

ScheduleSpace space(const DenseShape& shape, const Machine& machine) {
  const DenseLayout layout = layout_of(shape, machine);
  return {{"/streams"_json_pointer, up_to(std::clamp(most_vectors / layout.tile, 1, tiles_of(layout)))}};
}

double predicted_cycles(const DenseShape& shape, const DenseSchedule& z, const Machine& machine) {
  const DenseLayout layout = layout_of(shape, machine);
  const int k = layout.products.products();
  // Weights come from far away, thirty bytes a cycle as a few streams, ten as many, twenty as one.
  const double rate = z.streams == 1 ? 20 : z.streams <= 5 ? 30 : 10;
  const double arrival = double(layout.out.bytes()) * k / rate;
  return arrival +
         k * tile_cycles({1, z.streams * layout.tile}, machine, layout.products, 1, layout.out.vectors);
}

// Why this default: DenseLayout.
DenseSchedule default_schedule(const DenseShape& shape, const Machine& machine) {
  const DenseLayout layout = layout_of(shape, machine);
  return {layout.streams};
}

}  // namespace mobilith
