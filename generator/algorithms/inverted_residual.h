// MobileNet V2's block: 1x1 expansion, 3x3 depthwise, linear 1x1 projection, and the input added where the
// shapes agree.
#pragma once

#include <Halide.h>

#include "algorithms/pixel_order.h"
#include "algorithms/shapes.h"

namespace mobilith {

struct InvertedResidual {
  // input: (c, p) with p = y * in_width + x; expand_weights: (lane, in channel, vector); expand_bias,
  // depthwise_bias: (c); depthwise_weights: (c, i, row); project_weights: (lane, expanded channel, vector);
  // project_bias: (o). expand_* are not used where the block has no expansion.
  Halide::ImageParam input, expand_weights, expand_bias, depthwise_weights, depthwise_bias, project_weights,
      project_bias;
  Halide::Var c{"c"}, x{"x"}, y{"y"}, p{"p"}, o{"o"};
  Halide::RDom in_channel, channel;
  Halide::Func expand_sum;   // (c, x, y) or (c, p)
  Halide::Func expanded;     // likewise, after ReLU6
  Halide::Func depthwise;    // (c, x, y), after ReLU6
  Halide::Func flat;         // (c, p), flat projection only: depthwise by flat pixel
  Halide::Func project_sum;  // (o, x, y) or (o, p)
  Halide::Func output;       // likewise; linear
};

// expand: the order of the expansion's pixels (those of the input), project: that of the projection's (those
// of the output).
InvertedResidual inverted_residual(const InvertedResidualShape&, int lanes, PixelOrder expand,
                                   PixelOrder project);

}  // namespace mobilith
