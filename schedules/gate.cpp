#include "schedules/gate.h"

#include <algorithm>
#include <stdexcept>

#include "products/registers.h"
#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

// Tiles of a dense layer's outputs, one task each.
void schedule_dense(Func& sum, Func& activated, const Channels& out, int vectors, const RVar& k) {
  const Var o = activated.args()[0];
  Var tile("tile"), lane("lane");
  activated.split(o, tile, lane, vectors * out.width, TailStrategy::ShiftInwards)
      .vectorize(lane, out.width)
      .unroll(lane)
      .parallel(tile);
  hold_in_registers(sum, activated, tile, sum.args()[0], {}, {k}, out.width, vectors);
}

}  // namespace

void check(const GateSchedule& z, const GateShape& shape, const Machine& machine) {
  const GateLayout layout = layout_of(shape, machine);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const int pixels = shape.height * shape.width, channels = layout.channels.vectors;
  if (!within(z.groups, pixels) || pixels % z.groups != 0 || !within(z.pool_vectors, channels) ||
      channels % z.pool_vectors != 0 || !within(z.squeeze_vectors, layout.hidden.vectors) ||
      !within(z.excite_vectors, channels))
    throw std::invalid_argument("gate schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Gate scheduled(const GateShape& shape, const GateSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const GateLayout layout = layout_of(shape, machine);
  const int lanes = layout.channels.width;
  Gate s = gate(shape, layout, z.groups);
  Var tile("ptile"), lane("plane");
  s.mean.compute_root().bound(s.c, 0, layout.channels.stored()).vectorize(s.c, lanes);
  s.total.compute_at(s.mean, s.c).vectorize(s.c, lanes);
  s.total.update().reorder(s.c, s.group).vectorize(s.c, lanes);
  s.partial.compute_root().vectorize(s.c, lanes);
  s.partial.update()
      .split(s.c, tile, lane, z.pool_vectors * lanes)
      .reorder(lane, s.pixel, tile, s.g)
      .vectorize(lane, lanes)
      .unroll(lane)
      .parallel(z.groups > 1 ? VarOrRVar(s.g) : VarOrRVar(tile));
  s.hidden.compute_root().bound(s.h, 0, layout.hidden.stored());
  schedule_dense(s.squeeze, s.hidden, layout.hidden, z.squeeze_vectors, s.feature);
  schedule_dense(s.excite, s.output, layout.channels, z.excite_vectors, s.hidden_feature);
  return s;
}

ScheduleSpace space(const GateShape& shape, const Machine& machine) {
  const GateLayout layout = layout_of(shape, machine);
  return {{"/groups"_json_pointer, divisors(shape.height * shape.width, 16)},
          {"/pool_vectors"_json_pointer, divisors(layout.channels.vectors, 16)},
          {"/squeeze_vectors"_json_pointer, up_to(std::min(layout.hidden.vectors, 12))},
          {"/excite_vectors"_json_pointer, up_to(std::min(layout.channels.vectors, 12))}};
}

double predicted_cycles(const GateShape& shape, const GateSchedule& z, const Machine& machine) {
  const GateLayout layout = layout_of(shape, machine);
  const double pixels = double(shape.height) * shape.width, vectors = layout.channels.vectors;
  // Additions wait four cycles for each other, unless other vectors stand between them.
  const double pool = pixels * vectors * std::max(0.5, 4.0 / z.pool_vectors) + z.groups * vectors;
  return pool +
         shape.channels *
             tile_cycles({1, z.squeeze_vectors}, machine, layout.squeeze, 1, layout.hidden.vectors) +
         shape.hidden *
             tile_cycles({1, z.excite_vectors}, machine, layout.excite, 1, layout.channels.vectors);
}

namespace {

// Accumulators that hide the latency of additions, and leave no rest: of a last tile that is pushed inwards,
// weights are read twice.
int accumulators(int vectors) {
  constexpr int most = 11, enough = 6;
  const int divisor = divisor_below(vectors, most), tiles = (vectors + most - 1) / most;
  return divisor >= enough ? divisor : (vectors + tiles - 1) / tiles;
}

}  // namespace

// Why these defaults: every input and weight is read once, so memory bounds it, if accumulators() hide what
// else there is (7x7x576, hidden 144, znver4: 9 and 9 in place of 8 and 8, 10.7 us -> 8.2). Images of many
// pixels are summed by four threads.
GateSchedule default_schedule(const GateShape& shape, const Machine& machine) {
  const GateLayout layout = layout_of(shape, machine);
  const int pixels = shape.height * shape.width;
  GateSchedule z;
  z.pool_vectors = divisor_below(layout.channels.vectors, 11);
  if (pixels * layout.channels.bytes() > machine.l2 / 8) z.groups = divisor_below(pixels, 4);
  z.squeeze_vectors = accumulators(layout.hidden.vectors);
  z.excite_vectors = accumulators(layout.channels.vectors);
  return z;
}

}  // namespace mobilith
