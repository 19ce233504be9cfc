// The first convolution, from the caller's image, with its folded batch norm and activation.
#pragma once

#include <Halide.h>

#include "layout/layout.h"
#include "layout/operands.h"
#include "products/pointwise.h"

namespace mobilith {

struct Stem {
  // input: (i, y) with i = x * in_channels + c, the caller's memory
  Halide::ImageParam input;
  Halide::Var i{"i"}, x{"x"}, y{"y"}, o{"o"};
  // (i, y): the input with its border, so that the products read without a test; rounded as the matrix says.
  Halide::Func bordered;
  Halide::Func narrowed;  // (i, y): the same of 16 bits, in its place where products are dots
  // weights: k = (row * kernel_width + column) * in_channels + c, of dots in pairs of a row's, whose last is
  // (0, the last element's) where they are odd; bias: (o)
  // k: (element of the neighbouring pixels, row), or of dots (one of a pair, pair, row)
  // sum: (o, x, y)
  Pointwise product;
  Halide::Func output;  // (o, x, y), activated
  Operands operands() const { return {input, product.weights, product.bias}; }
};

Stem stem(const StemShape&, const StemLayout&);

}  // namespace mobilith
