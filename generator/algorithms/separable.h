// MobileNet V1's block: a depthwise convolution, then a 1x1 ("pointwise") one, each with its folded batch
// norm and activation.
#pragma once

#include <Halide.h>

#include "algorithms/pixel_order.h"
#include "layout/layout.h"
#include "products/pointwise.h"

namespace mobilith {

struct Separable {
  // input: (c, x, y); depthwise_weights: (c, j, i, row) with j below the depth multiplier and (i, row) the
  // tap; depthwise_bias: (c, j)
  Halide::ImageParam input, depthwise_weights, depthwise_bias;
  Halide::Var c{"c"}, j{"j"}, x{"x"}, y{"y"}, p{"p"}, o{"o"};
  Halide::Func depthwise;  // (c, j, x, y), activated
  Halide::Func flat;       // (c, j, p), flat order only: depthwise by flat pixel
  Pointwise pointwise;     // of (x, y) or p
  Halide::Func output;     // (o, x, y) or (o, p), activated
  Operands operands() const;
};

Separable separable(const SeparableShape&, const SeparableLayout&, PixelOrder);

}  // namespace mobilith
