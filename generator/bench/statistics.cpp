#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mobilith {

Timing summarize(std::vector<double> seconds) {
  if (seconds.empty()) throw std::invalid_argument("no timings");
  std::sort(seconds.begin(), seconds.end());
  const size_t n = seconds.size();
  const double median = n % 2 == 1 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
  const auto rank = static_cast<size_t>(std::ceil(0.99 * static_cast<double>(n)));
  return {seconds.front(), median, seconds[rank - 1]};
}

}  // namespace mobilith
