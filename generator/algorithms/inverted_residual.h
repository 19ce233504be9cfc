// MobileNet V2's block: 1x1 expansion, depthwise, (usually linear) 1x1 projection, and the input added
// where the shapes agree.
#pragma once

#include <Halide.h>

#include "algorithms/pixel_order.h"
#include "layout/layout.h"
#include "products/pointwise.h"

namespace mobilith {

struct InvertedResidual {
  // input: (c, p) with p = y * in_width + x; depthwise_bias: (c); depthwise_weights: (c, i, row)
  Halide::ImageParam input, depthwise_weights, depthwise_bias;
  Halide::Var c{"c"}, x{"x"}, y{"y"}, p{"p"}, o{"o"};
  Pointwise expand;        // to c, of (x, y) or p; undefined where the block has no expansion
  Halide::Func expanded;   // (c, x, y) or (c, p), activated
  Halide::Func depthwise;  // (c, x, y), activated
  Halide::Func flat;       // (c, p), flat projection only: depthwise by flat pixel
  Pointwise project;       // to o, of (x, y) or p
  Halide::Func output;     // (o, x, y) or (o, p)
  Operands operands() const;
};

// expand: the order of the expansion's pixels (those of the input), project: that of the projection's (those
// of the output).
InvertedResidual inverted_residual(const InvertedResidualShape&, const InvertedResidualLayout&,
                                   PixelOrder expand, PixelOrder project);

}  // namespace mobilith
