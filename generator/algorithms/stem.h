// The first convolution, from the caller's image, with its folded batch norm and activation.
#pragma once

#include <Halide.h>

#include "layout/layout.h"
#include "layout/operands.h"

namespace mobilith {

struct Stem {
  // input: (i, y) with i = x * in_channels + c, the caller's memory
  // weights: (lane, k, vector) with k = (row * kernel_width + column) * in_channels + c
  // bias: (o)
  Halide::ImageParam input, weights, bias;
  Halide::Var i{"i"}, x{"x"}, y{"y"}, o{"o"};
  Halide::RDom k;         // (element of the neighbouring pixels, row)
  Halide::Func bordered;  // (i, y): the input with its zero border, so that the products read without a test
  Halide::Func sum;       // (o, x, y)
  Halide::Func output;    // (o, x, y), activated
  Operands operands() const { return {input, weights, bias}; }
};

Stem stem(const StemShape&, const StemLayout&);

}  // namespace mobilith
