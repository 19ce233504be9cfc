#include "products/packing.h"

#include <algorithm>

namespace mobilith {

std::vector<float> pack_matrix(const std::vector<float>& kernel, int k, const Channels& out) {
  std::vector<float> packed(size_t{1} * out.stored() * k, 0.0f);
  for (int i = 0; i < k; i++)
    for (int o = 0; o < out.count; o++)
      packed[(size_t{1} * (o / out.width) * k + i) * out.width + o % out.width] =
          kernel[size_t{1} * i * out.count + o];
  return packed;
}

std::vector<float> pack_channels(const std::vector<float>& values, const Channels& channels, float padding) {
  std::vector<float> packed(channels.stored(), padding);
  std::copy(values.begin(), values.end(), packed.begin());
  return packed;
}

std::vector<std::vector<float>> pack_plain(const std::vector<float>& kernel, const std::vector<float>& bias,
                                           const Matrix& m, const Pairing&) {
  return {pack_matrix(kernel, m.products(), m.out), pack_channels(bias, m.out)};
}

}  // namespace mobilith
