// The schedule of a pool over all pixels: tiles of channels, each convolved and pooled.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/pool.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct PoolSchedule {
  Tile tile;              // of the convolution; its pixels in flat order
  int pool_vectors = 1;   // vectors pooled at once where there is no convolution
  bool prefetch = false;  // ask for the next tile's weights while this one is convolved (prefetch.h)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PoolSchedule, tile, pool_vectors, prefetch)

PoolSchedule default_schedule(const PoolShape&, const Machine&);
ScheduleSpace space(const PoolShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const PoolShape&, const PoolSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const PoolSchedule&, const PoolShape&, const Machine&);
Pool scheduled(const PoolShape&, const PoolSchedule&, const Machine&);

}  // namespace mobilith
