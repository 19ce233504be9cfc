#include "tune/sign_test.h"

#include <algorithm>
#include <cmath>

namespace mobilith::tune {

namespace {

constexpr double margin = 0.01;   // a gain of less may be luck: equal code differs by up to that much
constexpr double hopeless = 1.1;  // three rounds of this are enough
// Standard deviations of the sign test. High, because the test is made anew after each round and, in a
// session, for hundreds of candidates.
constexpr double certainty = 3.0;

}  // namespace

const char* to_string(Verdict verdict) {
  return verdict == Verdict::faster ? "faster" : verdict == Verdict::slower ? "slower" : "open";
}

// The sign test: of n rounds of equal kernels, n / 2 +- sqrt(n) / 2 fall below the median. It asks nothing of
// the noise's shape, so that rounds in which another process had the core do no harm.
Verdict judge(std::vector<double> ratios) {
  const auto n = static_cast<double>(ratios.size());
  if (ratios.size() >= 3 && *std::min_element(ratios.begin(), ratios.end()) > hopeless)
    return Verdict::slower;
  const auto below = static_cast<double>(
      std::count_if(ratios.begin(), ratios.end(), [](double ratio) { return ratio < 1 - margin; }));
  const double deviation = certainty * std::sqrt(n) / 2;
  if (below - n / 2 > deviation) return Verdict::faster;
  if (n / 2 - below > deviation) return Verdict::slower;
  return Verdict::open;
}

}  // namespace mobilith::tune
