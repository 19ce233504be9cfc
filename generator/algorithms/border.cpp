#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

namespace {

// Not written as a select: where the condition is the same for a whole vector, Halide 21 can't compile the
// select for RISC-V vectors. As a product, it costs nothing: the factors go into the weights. The nearest
// pixel lies in the same window, so that nothing is lost where the product is NaN because that pixel is; but
// it is NaN for an infinite one, too, and a dilated window may leave that pixel out. So others are masked by
// bits. In the loops' middle factor and mask are constant and go away.
Expr masked(const Expr& value, const Expr& inside, const Window& w, bool bounded) {
  return bounded && w.dilation == 1 ? value * cast<float>(inside)
                                    : reinterpret<float>(reinterpret<uint32_t>(value) &
                                                         reinterpret<uint32_t>(-cast<int32_t>(inside)));
}

}  // namespace

Func zero_border(const Func& f, const Window& w, bool bounded) {
  const int width = w.in_width, height = w.in_height;
  const Var c("c"), x("x"), y("y");
  Func nearest = BoundaryConditions::repeat_edge(f, {{Expr(), Expr()}, {0, width}, {0, height}});
  Func bordered(f.name() + "_bordered");
  const Expr inside = x >= 0 && x < width && y >= 0 && y < height;
  bordered(c, x, y) = masked(nearest(c, x, y), inside, w, bounded);
  return bordered;
}

Func zero_sides(const Func& f, const Window& w, bool bounded) {
  const int width = w.in_width;
  const Var c("c"), x("x"), y("y");
  Func bordered(f.name() + "_bordered");
  // Each end has a mark of its own: Halide splits loops by them, and forgets that of one end of a clamp when
  // it has proved the other.
  const Expr nearest = max(likely(min(likely(x), width - 1)), 0);
  bordered(c, x, y) = masked(f(c, nearest, clamp(y, 0, w.in_height - 1)), x >= 0 && x < width, w, bounded);
  return bordered;
}

}  // namespace mobilith
