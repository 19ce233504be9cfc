#include "algorithms/window_pool.h"

#include "algorithms/larger.h"

namespace mobilith {
using namespace Halide;

WindowPool window_pool(const WindowPoolShape& shape, const Channels& channels) {
  const Window& w = shape.window;
  WindowPool s;
  s.input = dense("input", {channels.stored(), w.in_width * w.in_height});
  s.output = Func("output");
  // The nearest pixel lies in the same window, which has no dilation: read twice, it changes no maximum.
  const auto pixel = [&](int row, int column) -> Expr {
    const Expr x = clamp(s.x * w.stride_x() + column - w.pad_left, 0, w.in_width - 1);
    const Expr y = clamp(s.y * w.stride + row - w.pad_top, 0, w.in_height - 1);
    return s.input(s.c, y * w.in_width + x);
  };
  Expr value = pixel(0, 0);
  const bool mean = shape.function == PoolFunction::mean;
  for (int tap = 1; tap < w.taps(); tap++) {
    const Expr next = pixel(tap / w.kernel_width, tap % w.kernel_width);
    value = mean ? value + next : larger(value, next);
  }
  s.output(s.c, s.x, s.y) = mean ? value * (1.0f / static_cast<float>(w.taps())) : value;
  dense_output(s.output, {channels.stored(), w.out_width, w.out_height});
  return s;
}

}  // namespace mobilith
