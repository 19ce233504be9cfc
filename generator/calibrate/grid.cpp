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

double error_of(const Grid& grid, const std::vector<float>& samples) {
  double sum = 0;
  for (const float sample : samples) {
    const double error = grid.value_of(grid.byte_of(sample)) - sample;
    sum += error * error;
  }
  return sum;
}

// Some of all channels' samples.
std::vector<float> thinned(const std::vector<std::vector<float>>& samples) {
  constexpr size_t wanted = 16384;
  size_t all = 0;
  for (const auto& channel : samples) all += channel.size();
  const size_t step = std::max<size_t>(1, all / wanted);
  std::vector<float> some;
  size_t at = 0;
  for (const auto& channel : samples)
    for (const float sample : channel)
      if (at++ % step == 0) some.push_back(sample);
  return some;
}

}  // namespace

Grid best_grid(const ChannelStatistics& s, const file::Clamp& bounds) {
  const double low = std::min(0.0, *std::min_element(s.least.begin(), s.least.end()));
  const double high = std::max(0.0, *std::max_element(s.most.begin(), s.most.end()));
  if (!(high - low > 1e-9)) return grid_between(0, 1);  // all is 0
  const std::vector<float> samples = thinned(s.samples);
  Grid best = grid_between(low, high);
  double least = error_of(best, samples);
  for (int l = 0; l <= (low < 0 ? 16 : 0); l++)
    for (int h = 0; h <= (high > 0 ? 16 : 0); h++) {
      const double from = low * (1 - l / 24.0), to = high * (1 - h / 24.0);
      if (from < bounds.low || !(to - from > 1e-9)) continue;
      const Grid grid = grid_between(from, to);
      if (const double error = error_of(grid, samples); error < least) least = error, best = grid;
    }
  return best;
}

namespace {

double whole(double weight, double scale) { return std::clamp(std::nearbyint(weight / scale), -127.0, 127.0); }

}  // namespace

WeightGrid best_weights(const std::vector<float>& kernel, const std::vector<double>& least_scales) {
  const size_t outputs = least_scales.size();
  WeightGrid grid{std::vector<float>(outputs, 1.0f), std::vector<int8_t>(kernel.size())};
  for (size_t o = 0; o < outputs; o++) {
    double largest = least_scales[o] * 127;
    for (size_t i = o; i < kernel.size(); i += outputs) largest = std::max(largest, std::abs(double{kernel[i]}));
    if (largest == 0) continue;
    double least = -1;
    for (int step = 0; step <= 24; step++) {
      const double scale = float(std::max(largest * (1 - step / 60.0) / 127, least_scales[o]));
      double sum = 0;
      for (size_t i = o; i < kernel.size(); i += outputs) {
        const double error = whole(kernel[i], scale) * scale - kernel[i];
        sum += error * error;
      }
      if (least < 0 || sum < least) least = sum, grid.scales[o] = float(scale);
    }
    for (size_t i = o; i < kernel.size(); i += outputs) grid.weights[i] = int8_t(whole(kernel[i], double{grid.scales[o]}));
  }
  return grid;
}

}  // namespace mobilith::calibration
