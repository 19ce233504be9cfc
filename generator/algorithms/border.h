#pragma once

#include <Halide.h>

namespace mobilith {

// The border of a 3x3 window: f(c, x, y) inside, zero outside. bounded: no value of f is infinite (it may be
// NaN), which saves instructions.
Halide::Func zero_border(const Halide::Func& f, int width, int height, bool bounded);

}  // namespace mobilith
