// The schedule of V1's block: strips of rows, each depthwise first, into cache, then swept by register tiles
// of the pointwise half.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/separable.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct SeparableSchedule {
  bool flat = false;  // pixels in flat order (PixelOrder::flat)
  Tile tile;          // of the pointwise half; in rows order its pixels lie in one row
  int strip = 1;      // output rows whose depthwise result is kept in cache; out_height: the whole image
  bool channels_outer = true;  // a strip is swept for one tile of channels after the other (weights stay), or
                               // pixels are (inputs stay)
  int depthwise_vectors = 1;   // vectors of channels that the depthwise loop works on at once
  int depthwise_pixels = 1;    // and pixels in x, unrolled: neighbours share their loads
  bool prefetch = false;  // ask for the next tile's pointwise weights while this one is swept (prefetch.h)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SeparableSchedule, flat, tile, strip, channels_outer, depthwise_vectors,
                                   depthwise_pixels, prefetch)

SeparableSchedule default_schedule(const SeparableShape&, const Machine&);
ScheduleSpace space(const SeparableShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const SeparableShape&, const SeparableSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const SeparableSchedule&, const SeparableShape&, const Machine&);
// The pipeline, ready to compile: algorithm and schedule together.
Separable scheduled(const SeparableShape&, const SeparableSchedule&, const Machine&);

}  // namespace mobilith
