#include "plan/packing.h"

#include <algorithm>

namespace mobilith {

Packed pack_classifier(const std::vector<float>& kernel, const HeadLayout& layout) {
  const Channels& classes = layout.classes;
  const auto [chunk, tile] = layout.order;
  Packed packed(size_t{1} * layout.features.stored() * classes.stored(), 0.0f);
  for (int k = 0; k < layout.features.count; k++)
    for (int o = 0; o < classes.count; o++) {
      const int vector = o / classes.width;
      const size_t row =
          (size_t{1} * (k / chunk) * (classes.vectors / tile) + vector / tile) * chunk + k % chunk;
      packed[(row * tile + vector % tile) * classes.width + o % classes.width] =
          kernel[size_t{1} * k * classes.count + o];
    }
  return packed;
}

Packed pack_dense(const std::vector<float>& kernel, const DenseLayout& layout) {
  const Channels& out = layout.out;
  const int products = layout.products.products(), tile = layout.tile;
  Packed packed(size_t{1} * products * out.stored(), 0.0f);
  for (int k = 0; k < products; k++)
    for (int o = 0; o < out.count; o++) {
      const int vector = o / out.width;
      const size_t row = size_t{1} * (vector / tile) * products + k;
      packed[(row * tile + vector % tile) * out.width + o % out.width] =
          kernel[size_t{1} * k * out.count + o];
    }
  return packed;
}

Packed pack_depthwise(const std::vector<float>& kernel, const Channels& in, int multiplier) {
  const int taps = static_cast<int>(kernel.size()) / (in.count * multiplier);
  Packed packed(size_t{1} * taps * multiplier * in.stored(), 0.0f);
  for (int tap = 0; tap < taps; tap++)
    for (int c = 0; c < in.count; c++)
      for (int j = 0; j < multiplier; j++)
        packed[(size_t{1} * tap * multiplier + j) * in.stored() + c] =
            kernel[(size_t{1} * tap * in.count + c) * multiplier + j];
  return packed;
}

Packed pack_depthwise_bias(const std::vector<float>& values, const Channels& in, int multiplier) {
  Packed packed(size_t{1} * in.stored() * multiplier, 0.0f);
  for (int c = 0; c < in.count; c++)
    for (int j = 0; j < multiplier; j++)
      packed[size_t{1} * j * in.stored() + c] = values[size_t{1} * c * multiplier + j];
  return packed;
}

std::vector<float> permute_depthwise_rows(const std::vector<float>& kernel, int in, int multiplier, int out) {
  std::vector<float> rows(kernel.size());
  for (int c = 0; c < in; c++)
    for (int j = 0; j < multiplier; j++)
      std::copy_n(kernel.begin() + (size_t{1} * c * multiplier + j) * out, out,
                  rows.begin() + (size_t{1} * j * in + c) * out);
  return rows;
}

}  // namespace mobilith
