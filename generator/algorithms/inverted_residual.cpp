#include "algorithms/inverted_residual.h"

#include "algorithms/activation.h"
#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

Operands InvertedResidual::operands() const {
  Operands all{input};
  if (expand.weights.defined())
    for (const ImageParam& constant : expand.constants()) all.push_back(constant);
  all.insert(all.end(), {depthwise_weights, depthwise_bias});
  for (const ImageParam& constant : project.constants()) all.push_back(constant);
  return all;
}

InvertedResidual inverted_residual(const InvertedResidualShape& shape, const InvertedResidualLayout& layout,
                                   PixelOrder expand, PixelOrder project) {
  const Window& w = shape.window;
  const int in_stored = layout.in.stored(), middle = layout.middle.stored(), out_stored = layout.out.stored();
  InvertedResidual s;
  s.input = dense("input", {in_stored, w.in_width * w.in_height});
  s.depthwise_weights = dense("depthwise_weights", {middle, w.kernel_width, w.kernel_height});
  s.depthwise_bias = dense("depthwise_bias", {middle});
  s.expanded = Func("expanded"), s.depthwise = Func("depthwise"), s.flat = Func("flat");
  s.output = Func("output");

  Func image("image");  // what the depthwise half reads, (c, x, y): never stored
  const Expr pixel = s.y * w.in_width + s.x;
  if (!shape.expand) {
    image(s.c, s.x, s.y) = s.input(s.c, pixel);
  } else {
    if (expand == PixelOrder::rows) {
      s.expand = pointwise("expand_", layout.expand, s.c, {s.x, s.y},
                           [&](const Expr& channel, const Expr&) { return s.input(channel, pixel); });
      s.expanded(s.c, s.x, s.y) = activated(s.expand.value, shape.expansion_activation);
      image(s.c, s.x, s.y) = s.expanded(s.c, s.x, s.y);
    } else {
      s.expand = pointwise("expand_", layout.expand, s.c, {s.p},
                           [&](const Expr& channel, const Expr&) { return s.input(channel, s.p); });
      s.expanded(s.c, s.p) = activated(s.expand.value, shape.expansion_activation);
      image(s.c, s.x, s.y) = s.expanded(s.c, pixel);
    }
  }

  // The border is zero in the expanded, activated image: Keras pads there, after the expansion.
  // (Without an expansion, what comes before is a stem, of the same activation as this block's, unless the
  // shape says otherwise.)
  const bool bounded = shape.expand
                           ? row_of(shape.expansion_activation).bounded
                           : shape.depthwise_activation == ActivationFunction::relu6 && !shape.infinite_input;
  Func bordered = zero_border(image, w, bounded);
  Expr taps = s.depthwise_bias(s.c);
  for (int row = 0; row < w.kernel_height; row++)
    for (int i = 0; i < w.kernel_width; i++)
      taps += bordered(s.c, s.x * w.stride_x() + i * w.dilation - w.pad_left,
                       s.y * w.stride + row * w.dilation - w.pad_top) *
              s.depthwise_weights(s.c, i, row);
  s.depthwise(s.c, s.x, s.y) = narrowed(activated(taps, shape.depthwise_activation), layout.project.in.type);

  if (project == PixelOrder::rows) {
    s.project = pointwise("project_", layout.project, s.o, {s.x, s.y},
                          [&](const Expr& c, const Expr&) { return s.depthwise(c, s.x, s.y); });
    const Expr value = activated(s.project.value, shape.projection_activation);
    s.output(s.o, s.x, s.y) = shape.residual ? sum_with(layout.project, value, s.input(s.o, pixel)) : value;
    dense_output(s.output, {out_stored, w.out_width, w.out_height});
  } else {
    s.flat(s.c, s.p) = s.depthwise(s.c, s.p % w.out_width, s.p / w.out_width);
    s.project = pointwise("project_", layout.project, s.o, {s.p},
                          [&](const Expr& c, const Expr&) { return s.flat(c, s.p); });
    const Expr value = activated(s.project.value, shape.projection_activation);
    s.output(s.o, s.p) = shape.residual ? sum_with(layout.project, value, s.input(s.o, s.p)) : value;
    dense_output(s.output, {out_stored, w.out_width * w.out_height});
  }
  return s;
}

}  // namespace mobilith
