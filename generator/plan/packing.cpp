#include "plan/packing.h"

#include <cmath>

#include "algorithms/paired_products.h"
#include "algorithms/shapes.h"

namespace mobilith {

Packed pack_pointwise(const std::vector<float>& kernel, int in, int out, int lanes) {
  const int vectors = vectors_of(out, lanes);
  lanes = vector_lanes(out, lanes);
  Packed packed(size_t{1} * vectors * in * lanes, 0.0f);
  for (int k = 0; k < in; k++)
    for (int o = 0; o < out; o++)
      packed[(size_t{1} * (o / lanes) * in + k) * lanes + o % lanes] = kernel[size_t{1} * k * out + o];
  return packed;
}

std::vector<Packed> pack_convolution(const std::vector<float>& kernel, const std::vector<float>& bias,
                                     const PointwiseShape& shape, int lanes,
                                     const std::vector<int>& exponents) {
  const int in = shape.in_channels * shape.multiplier, out = shape.out_channels;
  if (!shape.paired) return {pack_pointwise(kernel, in, out, lanes), pack_channels(bias, lanes)};
  const PairedProducts p = paired_products(in);
  std::vector<float> scaled(kernel.size());
  Packed terms(size_t{2} * stored_channels(out, lanes), 0.0f);
  for (int o = 0; o < out; o++) {
    const int exponent = exponents[size_t(o)];
    const auto weight = [&](int k) { return std::ldexp(kernel[size_t{1} * k * out + o], exponent); };
    for (int k = 0; k < in; k++)
      scaled[size_t{1} * k * out + o] = float(paired_sign(in, k)) * weight(paired_input(in, k));
    double own = 0;  // the terms y0 y1
    for (int i = 0; i < p.pairs; i++)
      own += (i % 2 == 0 ? 1 : -1) * double{weight(i)} * double{weight(p.pairs + i)};
    terms[size_t(o)] = static_cast<float>(std::ldexp(double{bias[size_t(o)]}, exponent) - own);
    terms[terms.size() / 2 + size_t(o)] = std::ldexp(1.0f, -exponent);
  }
  return {pack_pointwise(scaled, in, out, lanes), terms};
}

Packed pack_classifier(const std::vector<float>& kernel, const HeadShape& shape, int lanes,
                       const HeadOrder& order) {
  const int in = features_of(shape), out = shape.classes;
  const auto [chunk, tile] = order;
  const int chunks = stored_channels(in, lanes) / chunk;
  const int vectors = class_vectors(out, lanes), width = vector_lanes(out, lanes);
  Packed packed(size_t{1} * chunks * vectors * chunk * width, 0.0f);
  for (int k = 0; k < in; k++)
    for (int o = 0; o < out; o++) {
      const int vector = o / width;
      const size_t row = (size_t{1} * (k / chunk) * (vectors / tile) + vector / tile) * chunk + k % chunk;
      packed[(row * tile + vector % tile) * width + o % width] = kernel[size_t{1} * k * out + o];
    }
  return packed;
}

Packed pack_channels(const std::vector<float>& values, int lanes, float padding) {
  Packed packed(stored_channels(static_cast<int>(values.size()), lanes), padding);
  std::copy(values.begin(), values.end(), packed.begin());
  return packed;
}

Packed pack_depthwise(const std::vector<float>& kernel, int in, int multiplier, int lanes) {
  const int stored = stored_channels(in, lanes);
  Packed packed(size_t{9} * multiplier * stored, 0.0f);
  for (int tap = 0; tap < 9; tap++)
    for (int c = 0; c < in; c++)
      for (int j = 0; j < multiplier; j++)
        packed[(size_t{1} * tap * multiplier + j) * stored + c] =
            kernel[(size_t{1} * tap * in + c) * multiplier + j];
  return packed;
}

Packed pack_depthwise_bias(const std::vector<float>& values, int in, int multiplier, int lanes) {
  const int stored = stored_channels(in, lanes);
  Packed packed(size_t{1} * stored * multiplier, 0.0f);
  for (int c = 0; c < in; c++)
    for (int j = 0; j < multiplier; j++)
      packed[size_t{1} * j * stored + c] = values[size_t{1} * c * multiplier + j];
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
