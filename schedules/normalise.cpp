#include "schedules/normalise.h"

#include <stdexcept>

#include "schedules/axes.h"
#include "schedules/softmax.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

void check(const NormaliseSchedule& z, const NormaliseShape& shape, const Machine& machine) {
  const int vectors = layout_of(shape, machine).channels.vectors;
  if (z.vectors < 1 || z.vectors > vectors || vectors % z.vectors != 0)
    throw std::invalid_argument("normalise schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Normalise scheduled(const NormaliseShape& shape, const NormaliseSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const NormaliseLayout layout = layout_of(shape, machine);
  const int lanes = layout.channels.width;
  Normalise s = normalise(shape, layout);
  Var tile("tile"), lane("lane");
  s.output.split(s.c, tile, lane, z.vectors * lanes).vectorize(lane, lanes).unroll(lane);
  if (s.masked.defined()) s.masked.compute_root().vectorize(s.c, lanes, TailStrategy::RoundUp);
  if (s.softmax.value.defined()) schedule_softmax(s.softmax, lanes);
  if (shape.function == NormaliseFunction::l2) {
    s.lane_squares.compute_root().vectorize(s.lane, lanes);
    s.lane_squares.update().reorder(s.lane, s.vectors).vectorize(s.lane, lanes);
    s.norm.compute_root();
    s.squares.compute_root();
  }
  return s;
}

ScheduleSpace space(const NormaliseShape& shape, const Machine& machine) {
  return {{"/vectors"_json_pointer, divisors(layout_of(shape, machine).channels.vectors, 8)}};
}

double predicted_cycles(const NormaliseShape& shape, const NormaliseSchedule& z, const Machine& machine) {
  const double vectors = layout_of(shape, machine).channels.vectors;
  const double each = shape.function == NormaliseFunction::l2 ? 12 : 40;
  return vectors * (each + 2.0 / z.vectors);
}

NormaliseSchedule default_schedule(const NormaliseShape& shape, const Machine& machine) {
  return {divisor_below(layout_of(shape, machine).channels.vectors, 4)};
}

}  // namespace mobilith
