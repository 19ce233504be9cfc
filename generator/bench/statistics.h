// Order statistics of timings.
#pragma once

#include <vector>

namespace mobilith {

struct Timing {
  double least = 0, median = 0, p99 = 0;  // seconds
};

// Of at least one value; of an even number of values the mean of the two in the middle.
double median(std::vector<double> values);

// Of at least one value; the p99 of n values is the value at rank ceil(0.99 n).
Timing summarize(std::vector<double> seconds);

}  // namespace mobilith
