// MobileNet V1's block: a 3x3 depthwise convolution, then a 1x1 ("pointwise") one, each with its folded batch
// norm and ReLU6.
#pragma once

#include <Halide.h>

#include "algorithms/pixel_order.h"
#include "algorithms/shapes.h"

namespace mobilith {

struct Separable {
  // input: (c, x, y); depthwise_weights: (c, j, i, row) with j below the depth multiplier and (i, row) the
  // tap; depthwise_bias: (c, j); weights: (lane, c * depth multiplier + j as k = j * in_channels + c,
  // vector); bias: (c)
  Halide::ImageParam input, depthwise_weights, depthwise_bias, weights, bias;
  Halide::Var c{"c"}, j{"j"}, x{"x"}, y{"y"}, p{"p"}, o{"o"};
  Halide::RDom k;          // (c, j)
  Halide::Func depthwise;  // (c, j, x, y), after ReLU6
  Halide::Func flat;       // (c, j, p), flat order only: depthwise by flat pixel
  Halide::Func sum;        // (o, x, y) or (o, p)
  Halide::Func output;     // likewise, after ReLU6
};

// lanes: floats per vector of the target (vector_lanes).
Separable separable(const SeparableShape&, int lanes, PixelOrder);

}  // namespace mobilith
