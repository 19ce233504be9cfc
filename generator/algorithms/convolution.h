// A convolution over all channels: inputs times their channels' gates, bias, activation, and an image added.
#pragma once

#include <Halide.h>

#include "layout/layer_layouts.h"
#include "products/pointwise.h"

namespace mobilith {

struct Convolution {
  // input: (c, p) with p = y * in_width + x; gate: (c); addend: (o, p) with p = y * out_width + x. Those that
  // the shape has not are undefined.
  Halide::ImageParam input, gate, addend;
  Halide::Var c{"c"}, x{"x"}, y{"y"}, p{"p"}, o{"o"};
  // What products read, where that is not the input itself: with gates, only pixels that are read, with a
  // zero border. Of a pointwise convolution (c, p), p being the output's pixel; of others (c, x, y), from
  // (0, 0) on.
  Halide::Func copied;
  // To o, of p or (x, y); of windows k is (c, column, row).
  Pointwise product;
  Halide::Func output;  // (o, p) or (o, x, y)
  Operands operands() const;
};

// Whether products can't read the input itself.
bool must_copy(const ConvolutionShape&);

// copies: there is `copied`; true where must_copy().
Convolution convolution(const ConvolutionShape&, const ConvolutionLayout&, bool copies);

}  // namespace mobilith
