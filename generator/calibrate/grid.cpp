#include "calibrate/grid.h"

#include <algorithm>
#include <cmath>

namespace mobilith::calibration {

uint8_t Grid::byte_of(double value) const {
  return uint8_t(std::clamp(std::nearbyint(value / double(scale)) + zero, 0.0, 255.0));
}

namespace {

// 0 has a place of its own: what lies outside of an image is 0.
Grid grid_between(double low, double high) {
  const double scale = (high - low) / 255;
  return {float(scale), int(std::clamp(std::nearbyint(-low / scale), 0.0, 255.0))};
}

// Where bins are wider than the grid's steps, values are taken to be spread over their bin.
double error_of(const Grid& grid, const Histogram& histogram) {
  double sum = 0;
  const double bin = (histogram.most - histogram.least) / double(histogram.counts.size());
  const double low = grid.value_of(0), high = grid.value_of(255), step = double{grid.scale};
  for (size_t i = 0; i < histogram.counts.size(); i++) {
    if (histogram.counts[i] == 0) continue;
    const double value = histogram.middle(i);
    const double beyond = value < low ? low - value : value > high ? value - high : 0;
    sum += histogram.counts[i] * (beyond * beyond + (beyond > 0 ? bin * bin : step * step) / 12);
  }
  return sum;
}

}  // namespace

Grid best_grid(const Histogram& histogram, const file::Clamp& bounds) {
  const double low = std::min(0.0, histogram.least), high = std::max(0.0, histogram.most);
  if (!(high - low > 1e-9)) return grid_between(0, 1);  // all is 0
  Grid best = grid_between(low, high);
  double least = error_of(best, histogram);
  for (int l = 0; l <= (low < 0 ? 20 : 0); l++)
    for (int h = 0; h <= (high > 0 ? 20 : 0); h++) {
      const double from = low * (1 - l / 30.0), to = high * (1 - h / 30.0);
      if (from < bounds.low || !(to - from > 1e-9)) continue;
      const Grid grid = grid_between(from, to);
      if (const double error = error_of(grid, histogram); error < least) least = error, best = grid;
    }
  return best;
}

namespace {

double whole(double weight, double scale, double most) {
  return std::clamp(std::nearbyint(weight / scale), -most, most);
}

}  // namespace

WeightGrid best_weights(const std::vector<float>& kernel, const std::vector<double>& least_scales, int most) {
  const size_t outputs = least_scales.size();
  WeightGrid grid{std::vector<float>(outputs, 1.0f), std::vector<int8_t>(kernel.size())};
  for (size_t o = 0; o < outputs; o++) {
    double largest = least_scales[o] * most;
    for (size_t i = o; i < kernel.size(); i += outputs)
      largest = std::max(largest, std::abs(double{kernel[i]}));
    if (largest == 0) continue;
    double least = -1;
    for (int step = 0; step <= 24; step++) {
      const double scale = float(std::max(largest * (1 - step / 60.0) / most, least_scales[o]));
      double sum = 0;
      for (size_t i = o; i < kernel.size(); i += outputs) {
        const double error = whole(kernel[i], scale, most) * scale - kernel[i];
        sum += error * error;
      }
      if (least < 0 || sum < least) least = sum, grid.scales[o] = float(scale);
    }
    for (size_t i = o; i < kernel.size(); i += outputs)
      grid.weights[i] = int8_t(whole(kernel[i], double{grid.scales[o]}, most));
  }
  return grid;
}

}  // namespace mobilith::calibration
