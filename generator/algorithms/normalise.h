// A function over all channels of one vector: softmax, sigmoids, or the division by a norm.
#pragma once

#include <Halide.h>

#include "algorithms/softmax.h"
#include "layout/layer_layouts.h"
#include "layout/operands.h"

namespace mobilith {

struct Normalise {
  Halide::ImageParam input;  // (c)
  Halide::Var c{"c"}, lane{"lane"};
  Halide::Func masked;  // (c): the input, in padding what takes no part; undefined for sigmoids
  Softmax softmax;      // undefined for the others
  // Of the division by a norm, undefined for the others.
  Halide::RDom vectors, lanes;
  Halide::Func lane_squares;   // (lane): over the vectors
  Halide::Func squares, norm;  // ()
  Halide::Func output;         // (c)
  Operands operands() const { return {input}; }
};

Normalise normalise(const NormaliseShape&, const NormaliseLayout&);

}  // namespace mobilith
