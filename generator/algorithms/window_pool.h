// The mean or the maximum of each channel over a window.
#pragma once

#include <Halide.h>

#include "layout/layer_layouts.h"
#include "layout/operands.h"

namespace mobilith {

struct WindowPool {
  Halide::ImageParam input;  // (c, p) with p = y * in_width + x
  Halide::Var c{"c"}, x{"x"}, y{"y"};
  Halide::Func output;  // (c, x, y)
  Operands operands() const { return {input}; }
};

WindowPool window_pool(const WindowPoolShape&, const Channels&);

}  // namespace mobilith
