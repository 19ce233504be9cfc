// The schedule of a function over all channels of one vector: whole vectors, one part after the other.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/normalise.h"
#include "schedules/space.h"

namespace mobilith {

struct NormaliseSchedule {
  int vectors = 1;  // of the output, computed at once: a divisor of all
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NormaliseSchedule, vectors)

NormaliseSchedule default_schedule(const NormaliseShape&, const Machine&);
ScheduleSpace space(const NormaliseShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const NormaliseShape&, const NormaliseSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const NormaliseSchedule&, const NormaliseShape&, const Machine&);
Normalise scheduled(const NormaliseShape&, const NormaliseSchedule&, const Machine&);

}  // namespace mobilith
