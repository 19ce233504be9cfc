// Weights in the order in which kernels read them.
#pragma once

#include <vector>

#include "algorithms/pointwise.h"
#include "algorithms/shapes.h"
#include "plan/pairing.h"
#include "weights/weights.h"

namespace mobilith {

// A kernel's constant operand; floats, stored 64-byte aligned.
using Packed = std::vector<float>;

// (in, out) row-major -> (lane, in, vector), out padded with zeros to stored_channels(out, lanes).
Packed pack_pointwise(const std::vector<float>& kernel, int in, int out, int lanes);

// A pointwise convolution's weights and bias, as algorithms/pointwise.h reads them: (in, out) row-major ->
// (lane, k, vector), (o, 0) and, where products are paired, (o, 1), (o, 2), and the centre. pairing: then.
std::vector<Packed> pack_convolution(const std::vector<float>& kernel, const std::vector<float>& bias,
                                     const PointwiseShape&, int lanes, const Pairing& pairing);

// (in, out) row-major -> (lane, feature of the chunk, vector, chunk): the classifier's, padded with zeros to
// whole chunks of features and tiles of class_vectors.
Packed pack_classifier(const std::vector<float>& kernel, const HeadShape&, int lanes, const HeadOrder&);

// One per channel, padded to stored_channels with `padding`.
Packed pack_channels(const std::vector<float>& values, int lanes, float padding = 0.0f);

// Keras's depthwise kernel (3, 3, in, multiplier) -> (c, j, column, row), c padded with zeros to whole
// vectors.
Packed pack_depthwise(const std::vector<float>& kernel, int in, int multiplier, int lanes);

// Keras orders depthwise outputs as in * multiplier + j; kernels as j * in + c, so that whole vectors of
// input channels are read. Bias: values (in * multiplier) -> (c, j), c padded; pointwise rows: permuted
// likewise, not padded.
Packed pack_depthwise_bias(const std::vector<float>& values, int in, int multiplier, int lanes);
std::vector<float> permute_depthwise_rows(const std::vector<float>& kernel, int in, int multiplier, int out);

}  // namespace mobilith
