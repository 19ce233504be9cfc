#include "quantised/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mobilith::quantised {

constexpr int64_t least = std::numeric_limits<int32_t>::min(), most = std::numeric_limits<int32_t>::max();

Multiplier multiplier_of(double factor) {
  Multiplier result;
  if (!(factor > 0)) return result;
  int64_t mantissa = std::llround(std::ldexp(std::frexp(factor, &result.shift), 31));
  if (mantissa == int64_t(1) << 31) {
    mantissa /= 2;
    ++result.shift;
  }
  if (result.shift < -31) return {};
  result.mantissa = int32_t(mantissa);
  return result;
}

int32_t high_product(int32_t a, int32_t b) {
  if (a == b && a == least) return int32_t(most);
  const int64_t whole = int64_t(a) * b;
  const int64_t half = whole >= 0 ? 1 << 30 : 1 - (1 << 30);
  return int32_t((whole + half) / (int64_t(1) << 31));
}

int32_t shifted_right(int32_t x, int bits) {
  const int64_t mask = (int64_t(1) << bits) - 1;
  const int64_t rest = x & mask, threshold = (mask >> 1) + (x < 0);
  return int32_t((x >> bits) + (rest > threshold));
}

int32_t shifted_left(int32_t x, int bits) {
  return int32_t(std::clamp(int64_t(x) * (int64_t(1) << bits), least, most));
}

int32_t product(int32_t x, Multiplier factor) {
  const int left = std::clamp(factor.shift, 0, 31), right = std::clamp(-factor.shift, 0, 31);
  return shifted_right(high_product(int32_t(uint32_t(x) << left), factor.mantissa), right);
}

}  // namespace mobilith::quantised
