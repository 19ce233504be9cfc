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
                                     const PointwiseShape& shape, int lanes, const Pairing& pairing) {
  const int in = shape.in_channels * shape.multiplier, out = shape.out_channels;
  if (!shape.paired) return {pack_pointwise(kernel, in, out, lanes), pack_channels(bias, lanes)};
  const PairedProducts p = paired_products(in);
  std::vector<float> scaled(kernel.size());
  const size_t stored = size_t(stored_channels(out, lanes));
  Packed terms(3 * stored, 0.0f);
  for (int o = 0; o < out; o++) {
    const int exponent = pairing.exponents[size_t(o)];
    const double centre{pairing.centre};
    std::vector<double> weight(scaled.size() / size_t(out));  // as they are after rounding: by input, scaled
    for (int packed = 0; packed < in; packed++) {
      const int k = paired_input(in, packed);
      const bool paired = k < 2 * p.pairs;
      const double sign = paired_sign(in, packed), off = paired ? centre : 0;
      const double exact = std::ldexp(double{kernel[size_t{1} * k * out + o]}, exponent);
      float& packed_weight = scaled[size_t{1} * packed * out + o];
      packed_weight = static_cast<float>(sign * exact - off);
      weight[size_t(k)] = sign * (double{packed_weight} + off);
    }
    double own = 0;  // the terms y0 y1, and what the centre has taken off
    for (int i = 0; i < p.pairs; i++) {
      const double y0 = weight[size_t(i)], y1 = weight[size_t(p.pairs + i)];
      own += (i % 2 == 0 ? 1 : -1) * y0 * y1 - centre * (y0 + y1);
    }
    // Half of it at the sum's beginning, half at its end, so that the way between them is around zero.
    const double all = std::ldexp(double{bias[size_t(o)]}, exponent) - own;
    const double middle = std::ldexp(pairing.values[size_t(o)], exponent);
    terms[size_t(o)] = static_cast<float>((all - middle) / 2);
    terms[stored + size_t(o)] = std::ldexp(1.0f, -exponent);
    terms[2 * stored + size_t(o)] = static_cast<float>(std::ldexp(all - double{terms[size_t(o)]}, -exponent));
  }
  return {pack_pointwise(scaled, in, out, lanes), terms, {pairing.centre}};
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
