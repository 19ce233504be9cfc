// The schedule of a dense layer: tiles of outputs, whose weights are read once.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/dense.h"
#include "schedules/space.h"

namespace mobilith {

struct DenseSchedule {
  int streams = 1;  // tiles of the weights (DenseLayout) that are computed at once
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DenseSchedule, streams)

DenseSchedule default_schedule(const DenseShape&, const Machine&);
ScheduleSpace space(const DenseShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const DenseShape&, const DenseSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const DenseSchedule&, const DenseShape&, const Machine&);
Dense scheduled(const DenseShape&, const DenseSchedule&, const Machine&);

}  // namespace mobilith
