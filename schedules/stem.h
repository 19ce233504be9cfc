// The schedule of the stem: strips of rows; the bordered input of a strip is copied first, then swept by
// register tiles.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/stem.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct StemSchedule {
  Tile tile;      // its pixels lie in one row
  int strip = 1;  // output rows per task
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StemSchedule, tile, strip)

StemSchedule default_schedule(const StemShape&, const Machine&);
ScheduleSpace space(const StemShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const StemShape&, const StemSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const StemSchedule&, const StemShape&, const Machine&);
Stem scheduled(const StemShape&, const StemSchedule&, const Machine&);

}  // namespace mobilith
