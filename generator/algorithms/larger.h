// The larger of two numbers.
#pragma once

#include <Halide.h>

namespace mobilith {

// NaN where either is, whatever a machine's maximum makes of it.
Halide::Expr larger(const Halide::Expr& before, const Halide::Expr& value);

}  // namespace mobilith
