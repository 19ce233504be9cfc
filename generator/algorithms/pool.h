// A pool over all pixels, behind a 1x1 convolution or alone.
#pragma once

#include <Halide.h>

#include "layout/layer_layouts.h"
#include "products/pointwise.h"

namespace mobilith {

struct Pool {
  Halide::ImageParam input;  // (c, p) with p = y * width + x
  Halide::Var h{"h"}, p{"p"}, run{"run"};
  Halide::RDom pixel;
  Pointwise convolution;  // to h, of p; undefined without one
  Halide::Func hidden;    // (h, p)
  Halide::Func total;     // (h): sum over all pixels; undefined for a maximum alone
  Halide::Func largest;   // (h): NaN where a value is; undefined for a mean alone
  Halide::Func output;    // (h, run)
  Operands operands() const;
};

Pool pool(const PoolShape&, const PoolLayout&);

}  // namespace mobilith
