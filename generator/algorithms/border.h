#pragma once

#include <Halide.h>

#include "layout/shapes.h"

namespace mobilith {

// The border of a window: f(c, x, y) inside the input, zero outside. bounded: no value of f is infinite (it
// may be NaN), which saves instructions.
Halide::Func zero_border(const Halide::Func& f, const Window&, bool bounded);

}  // namespace mobilith
