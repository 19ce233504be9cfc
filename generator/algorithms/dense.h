// A dense layer: a product of one vector with a matrix.
#pragma once

#include <Halide.h>

#include "layout/layer_layouts.h"
#include "layout/operands.h"

namespace mobilith {

struct Dense {
  // input: (c, run); weights: (lane, vector of the tile, k, tile) with k = run * in_channels + c; bias: (o)
  Halide::ImageParam input, weights, bias;
  Halide::Var o{"o"};
  Halide::RDom k;       // (c, run)
  Halide::Func sum;     // (o)
  Halide::Func output;  // (o), activated
  Operands operands() const { return {input, weights, bias}; }
};

Dense dense(const DenseShape&, const DenseLayout&);

}  // namespace mobilith
