// The schedules of the kernel that makes an image of a frame: strips of output rows, each for one thread.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/frame.h"
#include "schedules/space.h"

namespace mobilith {

struct FrameSchedule {
  int strip = 8;          // output rows that one thread computes: at most all
  int pixels = 1;         // of a row, computed at once where each is computed by itself, else 1
  bool shuffled = false;  // bytes are put in place by shuffles (FrameShuffles), where shape and machine can
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FrameSchedule, strip, pixels, shuffled)

FrameSchedule default_schedule(const FrameShape&, const Machine&);
ScheduleSpace space(const FrameShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const FrameShape&, const FrameSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const FrameSchedule&, const FrameShape&, const Machine&);
FrameImage scheduled(const FrameShape&, const FrameSchedule&, const Machine&);

}  // namespace mobilith
