// Numbers of fixtures, made by formula.
#pragma once

#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace mobilith::testing {

using Shape = std::vector<int64_t>;

inline int64_t count(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
}

// From -2 to 2, the same on every machine; `seed` makes tensors different.
inline std::vector<float> numbers(const Shape& shape, int seed = 0) {
  std::vector<float> result;
  for (int64_t i = 0; i < count(shape); ++i)
    result.push_back(float((i * 37 + 11 + 29 * seed) % 101) / 25 - 2);
  return result;
}

}  // namespace mobilith::testing
