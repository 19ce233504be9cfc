// The schedule of a pool over windows: row by row, whole vectors of channels.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/window_pool.h"
#include "schedules/space.h"

namespace mobilith {

struct WindowPoolSchedule {
  int vectors = 1;  // of channels, computed at once: a divisor of all
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WindowPoolSchedule, vectors)

WindowPoolSchedule default_schedule(const WindowPoolShape&, const Machine&);
ScheduleSpace space(const WindowPoolShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const WindowPoolShape&, const WindowPoolSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const WindowPoolSchedule&, const WindowPoolShape&, const Machine&);
WindowPool scheduled(const WindowPoolShape&, const WindowPoolSchedule&, const Machine&);

}  // namespace mobilith
