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
// one stream of memory. Each is read once, so memory bounds it. One stream waits where its pages end, which
// prefetchers do not cross, and many are more than they follow: 8 vectors of 64 bytes as 1, 2, 4, 8 streams
// come at 70, 74, 77, 73 GB/s from L3, at 20, 21, 26, 26 from far memory (znver4, pages of 4 KB;
// docs/performance.md, 2026-11-28, night).
struct DenseLayout {
  Channels in, out;
  Matrix products;
  int tile = 1;     // vectors of outputs, a divisor of their number
  int streams = 1;  // tiles that are best read at once
};
DenseLayout layout_of(const DenseShape&, const Machine&);

struct NormaliseLayout {
  Channels channels;
};
NormaliseLayout layout_of(const NormaliseShape&, const Machine&);

}  // namespace mobilith
