#include "quantised/floating.h"

#include <algorithm>
#include <cmath>

namespace mobilith::quantised {

int32_t requantised(int32_t sum, float factor, int32_t zero, Bounds bounds) {
  const float places = std::clamp(float(sum) * factor, float(bounds.least - zero), float(bounds.most - zero));
  return int32_t(std::nearbyint(places)) + zero;
}

int32_t quantised_linearly(const file::Tensor& result, float x) {
  const auto [least, most] = range_of(result);
  const int32_t zero = zero_of(result);
  const float places = x / scale_of(result);
  if (std::isnan(places)) return least;
  return int32_t(std::nearbyint(std::clamp(places, float(least - zero), float(most - zero)))) + zero;
}

float meaning_of(const file::Tensor& tensor, int32_t stored) {
  return float(stored - zero_of(tensor)) * scale_of(tensor);
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
