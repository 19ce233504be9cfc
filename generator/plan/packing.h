// Weights in the order in which kernels read them; those of pointwise convolutions: products/scheme.h. Those
// of a gate's layers, and of convolutions of larger windows, (kh, kw, in, out) being (k, out), are packed by
// pack_matrix(). A kernel of type "depthwise" has its outputs in Keras's order, whatever the multiplier: its
// weights are packed with the output's channels and a multiplier of 1.
//
// Channels that are padding have weights and biases of zero. What is stored there is an activation's value of
// zero, which need not be zero (0.5 of a sigmoid) and would go into the next kernel's sums. It is finite, so
// that its product with zero is zero. Pointwise convolutions don't even read it.
#pragma once

#include <vector>

#include "layout/layer_layouts.h"
#include "layout/layout.h"
#include "products/packing.h"
#include "products/scheme.h"

namespace mobilith {

// (feature, class) row-major -> (lane, vector of the tile, feature of the chunk, tile, chunk): the
// classifier's, padded with zeros to whole chunks of features and tiles of classes.
Packed pack_classifier(const std::vector<float>& kernel, const HeadLayout&);

// (k, out) row-major with k = run * in_channels + c -> DenseLayout's order.
Packed pack_dense(const std::vector<float>& kernel, const DenseLayout&);

// Keras's depthwise kernel (kh, kw, in, multiplier) -> (c, j, column, row), c padded with zeros to whole
// vectors.
Packed pack_depthwise(const std::vector<float>& kernel, const Channels& in, int multiplier);

// Keras orders depthwise outputs as in * multiplier + j; kernels as j * in + c, so that whole vectors of
// input channels are read. Bias: values (in * multiplier) -> (c, j), c padded; pointwise rows: permuted
// likewise, not padded.
Packed pack_depthwise_bias(const std::vector<float>& values, const Channels& in, int multiplier);
std::vector<float> permute_depthwise_rows(const std::vector<float>& kernel, int in, int multiplier, int out);

}  // namespace mobilith
