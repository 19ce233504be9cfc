// The schedule of the head: groups of chunks of features, each chunk convolved, averaged and multiplied with
// its rows of the classifier.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/head.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

struct HeadSchedule {
  Tile tile;                   // of the last convolution; its pixels in flat order
  int pool_vectors = 1;        // vectors summed at once where there is no last convolution
  int classifier_vectors = 4;  // accumulators of the classifier
  int groups = 1;              // tasks, a divisor of the number of chunks
  bool prefetch = false;       // ask for the next weights while features are convolved (prefetch.h)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HeadSchedule, tile, pool_vectors, classifier_vectors, groups, prefetch)

HeadSchedule default_schedule(const HeadShape&, const Machine&);
ScheduleSpace space(const HeadShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const HeadShape&, const HeadSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const HeadSchedule&, const HeadShape&, const Machine&);
Head scheduled(const HeadShape&, const HeadSchedule&, const Machine&);

}  // namespace mobilith
