// The gate of squeeze-excite: the mean over all pixels through two dense layers.
#pragma once

#include <Halide.h>

#include "layout/layer_layouts.h"
#include "layout/operands.h"

namespace mobilith {

struct Gate {
  // input: (c, p) with p = y * width + x; weights: (lane, k, vector); biases: (h), (o)
  Halide::ImageParam input, squeeze_weights, squeeze_bias, excite_weights, excite_bias;
  Halide::Var c{"c"}, g{"g"}, h{"h"}, o{"o"};
  Halide::RDom pixel, group, feature, hidden_feature;
  Halide::Func partial;  // (c, g): sum over the group's pixels
  Halide::Func total;    // (c): over all groups
  Halide::Func mean;     // (c)
  Halide::Func squeeze;  // (h): sum
  Halide::Func hidden;   // (h), activated
  Halide::Func excite;   // (o): sum
  Halide::Func output;   // (o), activated
  Operands operands() const { return {input, squeeze_weights, squeeze_bias, excite_weights, excite_bias}; }
};

// groups: of pixels, a divisor of their number.
Gate gate(const GateShape&, const GateLayout&, int groups);

}  // namespace mobilith
