#pragma once

#include <Halide.h>

#include "layout/shapes.h"

namespace mobilith {

// The border of a window: f(c, x, y) inside the input, zero outside. bounded: no value of f is infinite (it
// may be NaN), which saves instructions.
Halide::Func zero_border(const Halide::Func& f, const Window&, bool bounded);

// The border on the left and right alone, for loops over x that are split where it begins; rows outside are
// the nearest ones: the caller leaves them out.
Halide::Func zero_sides(const Halide::Func& f, const Window&, bool bounded);

}  // namespace mobilith
