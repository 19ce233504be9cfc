#include "algorithms/separable.h"

#include "algorithms/activation.h"
#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

Operands Separable::operands() const {
  Operands all{input, depthwise_weights, depthwise_bias};
  for (const ImageParam& constant : pointwise.constants()) all.push_back(constant);
  return all;
}

Separable separable(const SeparableShape& shape, const SeparableLayout& layout, PixelOrder order) {
  const Window& w = shape.window;
  const int in_stored = layout.in.stored(), out_stored = layout.out.stored();
  const int multiplier = shape.depth_multiplier;
  Separable s;
  s.input = dense("input", {in_stored, w.in_width, w.in_height});
  s.depthwise_weights = dense("depthwise_weights", {in_stored, multiplier, w.kernel_width, w.kernel_height});
  s.depthwise_bias = dense("depthwise_bias", {in_stored, multiplier});
  s.depthwise = Func("depthwise"), s.flat = Func("flat"), s.output = Func("output");

  // Where this block keeps to ReLU6, so does the one before it, unless the shape says otherwise: then no
  // value of the input is infinite.
  const bool bounded = shape.depthwise_activation == ActivationFunction::relu6 &&
                       shape.pointwise_activation == ActivationFunction::relu6 && !shape.infinite_input;
  Func bordered = zero_border(s.input, w, bounded);
  Expr taps = s.depthwise_bias(s.c, s.j);
  for (int row = 0; row < w.kernel_height; row++)
    for (int i = 0; i < w.kernel_width; i++)
      taps += bordered(s.c, s.x * w.stride_x() + i * w.dilation - w.pad_left,
                       s.y * w.stride + row * w.dilation - w.pad_top) *
              s.depthwise_weights(s.c, s.j, i, row);
  s.depthwise(s.c, s.j, s.x, s.y) =
      narrowed(activated(taps, shape.depthwise_activation), layout.pointwise.in.type);

  if (order == PixelOrder::rows) {
    s.pointwise = pointwise("", layout.pointwise, s.o, {s.x, s.y},
                            [&](const Expr& c, const Expr& j) { return s.depthwise(c, j, s.x, s.y); });
    s.output(s.o, s.x, s.y) = activated(s.pointwise.value, shape.pointwise_activation);
    dense_output(s.output, {out_stored, w.out_width, w.out_height});
  } else {
    s.flat(s.c, s.j, s.p) = s.depthwise(s.c, s.j, s.p % w.out_width, s.p / w.out_width);
    s.pointwise = pointwise("", layout.pointwise, s.o, {s.p},
                            [&](const Expr& c, const Expr& j) { return s.flat(c, j, s.p); });
    s.output(s.o, s.p) = activated(s.pointwise.value, shape.pointwise_activation);
    dense_output(s.output, {out_stored, w.out_width * w.out_height});
  }
  return s;
}

}  // namespace mobilith
