#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

namespace {

// A factor, or a mask, for each of `inside`: one for x and one for y. Halide makes loops' middles of their
// own by what is marked as likely, where factor and mask are one and go away; it would forget the marks in
// the places read, which it rewrites. A factor goes into the weights, where the products' border is. It is a
// value that is selected, not the pixel: where a condition is the same for a whole vector, Halide 21 can't
// compile a selection of vectors for RISC-V.
//   The nearest pixel lies in the same window, so that nothing is lost where the product is NaN because that
//   pixel is; but it is NaN for an infinite one, too, and a dilated window may leave that pixel out. So
//   others are masked by bits.
Expr masked(const Expr& value, const std::vector<Expr>& inside, const Window& w, bool bounded) {
  const bool product = bounded && w.dilation == 1;
  Expr result = product ? value : reinterpret<uint32_t>(value);
  for (const Expr& condition : inside)
    if (product)
      result *= select(condition, likely(1.0f), 0.0f);
    else
      result = result & select(condition, likely(Expr(0xffffffffu)), Expr(0u));
  return product ? result : reinterpret<float>(result);
}

}  // namespace

Func zero_border(const Func& f, const Window& w, bool bounded) {
  const int width = w.in_width, height = w.in_height;
  const Var c("c"), x("x"), y("y");
  const auto nearest = [](const Expr& at, int extent) { return max(likely(min(likely(at), extent - 1)), 0); };
  Func bordered(f.name() + "_bordered");
  bordered(c, x, y) = masked(f(c, nearest(x, width), nearest(y, height)),
                             {x >= 0 && x < width, y >= 0 && y < height}, w, bounded);
  return bordered;
}

Func zero_sides(const Func& f, const Window& w, bool bounded) {
  const int width = w.in_width;
  const Var c("c"), x("x"), y("y");
  Func bordered(f.name() + "_bordered");
  // Each end has a mark of its own: Halide splits loops by them, and forgets that of one end of a clamp when
  // it has proved the other.
  const Expr nearest = max(likely(min(likely(x), width - 1)), 0);
  bordered(c, x, y) = masked(f(c, nearest, clamp(y, 0, w.in_height - 1)), {x >= 0 && x < width}, w, bounded);
  return bordered;
}

}  // namespace mobilith
