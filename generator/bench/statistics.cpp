#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mobilith {

namespace {

double middle_of(const std::vector<double>& sorted) {
  const size_t n = sorted.size();
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) throw std::invalid_argument("no values");
  std::sort(values.begin(), values.end());
  return middle_of(values);
}

Timing summarize(std::vector<double> seconds) {
  if (seconds.empty()) throw std::invalid_argument("no timings");
  std::sort(seconds.begin(), seconds.end());
  const auto rank = static_cast<size_t>(std::ceil(0.99 * static_cast<double>(seconds.size())));
  return {seconds.front(), middle_of(seconds), seconds[rank - 1]};
}

}  // namespace mobilith
