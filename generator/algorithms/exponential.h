#pragma once

#include <Halide.h>

namespace mobilith {

// e to the power of x, for x from -87 (below, it would be no normal float) to 0. NaN for NaN.
Halide::Expr exponential(const Halide::Expr& x);

// The natural logarithm of x, which must be a normal number above 0. NaN for NaN.
Halide::Expr logarithm(const Halide::Expr& x);

// 1 / (1 + exp(-x)) for any x; NaN for NaN.
Halide::Expr sigmoid(const Halide::Expr& x);

}  // namespace mobilith
