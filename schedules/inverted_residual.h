// The schedule of V2's block, in one of two forms:
//   strips  strips of output rows: the expansion slides along with them, each of its rows computed once per
//           section
//   chunks  chunks of expanded channels: expansion and depthwise of the whole image for one chunk after the
//           other, then the projection
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/inverted_residual.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct InvertedResidualSchedule {
  bool chunks = false;    // the form
  int strip = 1;          // strips: output rows
  int section = 1;        // strips: output rows of one task, a multiple of the strip that divides the height
  int chunk_vectors = 1;  // chunks: vectors of channels, a divisor of the expanded ones
  bool flat = false;      // the projection's pixels in flat order
  // The projection goes through all pixels (of a strip, or of the image) for one tile of channels after the
  // other, or through channels for each tile of pixels.
  bool channels_outer = false;
  bool prefetch = false;      // ask for the next tile's weights while this one is swept (prefetch.h)
  Tile expand, project;       // register tiles
  int depthwise_vectors = 1;  // vectors of channels that the depthwise loop works on at once
  int depthwise_pixels = 1;   // and pixels in x, unrolled: neighbours share their loads
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InvertedResidualSchedule, chunks, strip, section, chunk_vectors, flat,
                                   channels_outer, prefetch, expand, project, depthwise_vectors,
                                   depthwise_pixels)

InvertedResidualSchedule default_schedule(const InvertedResidualShape&, const Machine&);
ScheduleSpace space(const InvertedResidualShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const InvertedResidualShape&, const InvertedResidualSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const InvertedResidualSchedule&, const InvertedResidualShape&, const Machine&);
InvertedResidual scheduled(const InvertedResidualShape&, const InvertedResidualSchedule&, const Machine&);

}  // namespace mobilith
