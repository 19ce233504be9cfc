// As layout.h, for the kernels of one layer or two (layer_shapes.h).
#pragma once

#include "layout/layer_shapes.h"
#include "layout/matrix.h"

namespace mobilith {

struct ConvolutionLayout {
  Channels in, out;
  // Of a pointwise convolution that of the channels. Else `in` is the window's elements of all channels,
  // which are no stored tensor, k = (row * kernel_width + column) * in_channels + c.
  Matrix products;
};
ConvolutionLayout layout_of(const ConvolutionShape&, const Machine&);

struct DepthwiseLayout {
  Channels in, middle;  // middle: the expanded channels, those of the output
  Matrix expand;        // only if the shape expands
};
DepthwiseLayout layout_of(const DepthwiseShape&, const Machine&);

struct GateLayout {
  Channels channels, hidden;
  Matrix squeeze, excite;  // channels to hidden, and back
};
GateLayout layout_of(const GateShape&, const Machine&);

struct PoolLayout {
  Channels in, features;
  Matrix convolution;  // only if the shape convolves
};
PoolLayout layout_of(const PoolShape&, const Machine&);

// Weights: (lane, vector of the tile, k, tile) with k = run * in_channels + c: the vectors of a tile lie as
// one stream of memory.
struct DenseLayout {
  Channels in, out;
  Matrix products;
  int tile = 1;  // vectors of outputs, a divisor of their number
};
DenseLayout layout_of(const DenseShape&, const Machine&);

struct NormaliseLayout {
  Channels channels;
};
NormaliseLayout layout_of(const NormaliseShape&, const Machine&);

}  // namespace mobilith
