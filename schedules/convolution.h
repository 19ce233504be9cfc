// The schedule of a convolution over all channels: strips of rows swept by register tiles, behind a copy of
// the strip's inputs where products can't read the input itself, or would read it badly.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/convolution.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct ConvolutionSchedule {
  Tile tile;                   // pixels in flat order of a pointwise convolution, of one row else
  int strip = 1;               // output rows; out_height: the whole image
  bool channels_outer = true;  // a strip is swept for one tile of channels after the other, or pixels are
  bool copied = false;         // inputs of a strip are copied first; always where must_copy()
  bool prefetch = false;       // ask for the next tile's weights while this one is swept (prefetch.h)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ConvolutionSchedule, tile, strip, channels_outer, copied, prefetch)

ConvolutionSchedule default_schedule(const ConvolutionShape&, const Machine&);
ScheduleSpace space(const ConvolutionShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const ConvolutionShape&, const ConvolutionSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const ConvolutionSchedule&, const ConvolutionShape&, const Machine&);
Convolution scheduled(const ConvolutionShape&, const ConvolutionSchedule&, const Machine&);

}  // namespace mobilith
