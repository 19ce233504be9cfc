// The places that bytes have for real numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "calibrate/statistics.h"

namespace mobilith::calibration {

// A byte of the library, 0 to 255, means scale * (byte - zero).
struct Grid {
  float scale = 1;
  int zero = 0;

  uint8_t byte_of(double value) const;
  double value_of(uint8_t byte) const { return double(scale) * (byte - zero); }
};

// The grid with the least mean square error over a tensor's values: it may end before the largest. Not below
// the bounds' least.
Grid best_grid(const Histogram&, const file::Clamp& bounds);

// Weights of one output, as whole numbers times a scale.
struct WeightGrid {
  std::vector<float> scales;    // of each output
  std::vector<int8_t> weights;  // in the kernel's order
};
// From -most to most: 127, or 63 of a reduced range.
inline constexpr int most_of_8_bits = 127, most_of_7_bits = 63;

// least: of each output, the least scale that it may have. Weight i is of output i % least.size().
WeightGrid best_weights(const std::vector<float>& kernel, const std::vector<double>& least, int most);

}  // namespace mobilith::calibration
