#include "formats/pillow.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mobilith::testing {

namespace {

constexpr int fraction_bits = 22;  // of weights, which are whole numbers

struct Weights {
  int first;
  std::vector<int64_t> values;
};

// What each pixel of a line of `out` takes of one of `in`.
std::vector<Weights> weights_of(int in, int out) {
  const double scale = double(in) / out, reach = std::max(scale, 1.0);
  std::vector<Weights> all;
  for (int i = 0; i < out; i++) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(0, int(centre - reach + 0.5)), end = std::min(in, int(centre + reach + 0.5));
    std::vector<double> parts;
    double sum = 0;
    for (int k = first; k < end; k++) {
      parts.push_back(std::max(0.0, 1 - std::abs((k - centre + 0.5) / reach)));
      sum += parts.back();
    }
    Weights weights{first, {}};
    for (const double part : parts)
      weights.values.push_back(int64_t(0.5 + part / sum * (1 << fraction_bits)));
    all.push_back(weights);
  }
  return all;
}

// (y, x, c) to (x, y, c), with lines of `length` pixels.
Picture resized_and_turned(const Picture& from, int length) {
  const std::vector<Weights> weights = weights_of(from.width, length);
  Picture to{length, from.height, std::vector<int>(size_t(length) * from.height * 3)};
  for (int y = 0; y < from.height; y++)
    for (int x = 0; x < length; x++)
      for (int c = 0; c < 3; c++) {
        int64_t sum = 1 << (fraction_bits - 1);
        for (size_t k = 0; k < weights[x].values.size(); k++)
          sum += from.values[(size_t(y) * from.width + weights[x].first + k) * 3 + c] * weights[x].values[k];
        to.values[(size_t(x) * from.height + y) * 3 + c] =
            int(std::clamp<int64_t>(sum >> fraction_bits, 0, 255));
      }
  return to;
}

}  // namespace

// Turned twice, a picture lies as before. Pillow leaves out a pass that changes nothing; so does this one.
Picture resized(const Picture& picture, int height, int width) {
  return resized_and_turned(resized_and_turned(picture, width), height);
}

}  // namespace mobilith::testing
