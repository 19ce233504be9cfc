#include "quantised/floating.h"

#include <algorithm>
#include <cmath>

namespace mobilith::quantised {

int32_t requantised(int32_t sum, float factor, int32_t zero, Bounds bounds) {
  const float places = std::clamp(float(sum) * factor, float(bounds.least - zero), float(bounds.most - zero));
  return int32_t(std::nearbyint(places)) + zero;
}

namespace {

int32_t nearest_place(const file::Tensor& result, double bound) {
  const auto [least, most] = range_of(result);
  const float places = float(bound) / scale_of(result) + float(zero_of(result));
  return int32_t(std::nearbyint(std::clamp(places, float(least), float(most))));
}

}  // namespace

Bounds nearest_bounds_of(const file::Tensor& result, const file::Clamp& fused) {
  return {nearest_place(result, fused.low), nearest_place(result, fused.high)};
}

}  // namespace mobilith::quantised
