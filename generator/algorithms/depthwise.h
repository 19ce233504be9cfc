// A depthwise convolution, behind a 1x1 expansion or alone: the first half of V2's block as a layer.
#pragma once

#include <Halide.h>

#include "algorithms/pixel_order.h"
#include "layout/layer_layouts.h"
#include "products/pointwise.h"

namespace mobilith {

struct Depthwise {
  // input: (c, p) with p = y * in_width + x; depthwise_weights: (c, column, row); depthwise_bias: (c), both
  // of the output's channels
  Halide::ImageParam input, depthwise_weights, depthwise_bias;
  Halide::Var c{"c"}, x{"x"}, y{"y"}, p{"p"};
  Pointwise expand;  // to c, of (x, y) or p; undefined where the shape has no expansion
  // (c, x, y) or (c, p): the expansion, activated, or the input's channels, each depth_multiplier times;
  // undefined without either
  Halide::Func expanded;
  Halide::RDom k;       // taps (column, row), rows inside the image alone
  Halide::Func sum;     // (c, x, y)
  Halide::Func output;  // (c, x, y), activated
  Operands operands() const;
};

// order: of the expanded image's pixels.
Depthwise depthwise(const DepthwiseShape&, const DepthwiseLayout&, PixelOrder order);

}  // namespace mobilith
