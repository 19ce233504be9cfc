// The schedule of a depthwise convolution: chunks of channels, in each sections of rows, in these strips;
// what is expanded slides along with the strips of a section, or is the whole image of a chunk.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/depthwise.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct DepthwiseSchedule {
  int chunk_vectors = 1;      // vectors of channels, a divisor of all
  int section = 1;            // output rows of one task, a multiple of the strip that divides the height
  int strip = 1;              // output rows; out_height: the expansion's pixels are in flat order
  Tile expand;                // of the expansion's products
  int depthwise_vectors = 1;  // vectors of channels that the loop over taps works on at once
  int depthwise_pixels = 1;   // and pixels in x, unrolled: neighbours share their loads
  bool prefetch = false;      // ask for the next chunk's expansion weights meanwhile (prefetch.h)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DepthwiseSchedule, chunk_vectors, section, strip, expand,
                                   depthwise_vectors, depthwise_pixels, prefetch)

DepthwiseSchedule default_schedule(const DepthwiseShape&, const Machine&);
ScheduleSpace space(const DepthwiseShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const DepthwiseShape&, const DepthwiseSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const DepthwiseSchedule&, const DepthwiseShape&, const Machine&);
Depthwise scheduled(const DepthwiseShape&, const DepthwiseSchedule&, const Machine&);

}  // namespace mobilith
