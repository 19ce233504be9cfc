// The schedule of a gate: groups of pixels are summed, then tiles of either dense layer computed, each by
// several threads.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/gate.h"
#include "schedules/space.h"

namespace mobilith {

struct GateSchedule {
  int groups = 1;           // of pixels, a divisor of their number
  int pool_vectors = 1;     // vectors of channels summed at once
  int squeeze_vectors = 1;  // accumulators of the first dense layer
  int excite_vectors = 1;   // and of the second
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GateSchedule, groups, pool_vectors, squeeze_vectors, excite_vectors)

GateSchedule default_schedule(const GateShape&, const Machine&);
ScheduleSpace space(const GateShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const GateShape&, const GateSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const GateSchedule&, const GateShape&, const Machine&);
Gate scheduled(const GateShape&, const GateSchedule&, const Machine&);

}  // namespace mobilith
