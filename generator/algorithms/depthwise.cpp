#include "algorithms/depthwise.h"

#include "algorithms/activation.h"
#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

Operands Depthwise::operands() const {
  Operands all{input};
  if (expand.weights.defined())
    for (const ImageParam& constant : expand.constants()) all.push_back(constant);
  all.insert(all.end(), {depthwise_weights, depthwise_bias});
  return all;
}

Depthwise depthwise(const DepthwiseShape& shape, const DepthwiseLayout& layout, PixelOrder order) {
  const Window& w = shape.window;
  const int middle = layout.middle.stored(), multiplier = shape.depth_multiplier();
  Depthwise s;
  s.input = dense("input", {layout.in.stored(), w.in_width * w.in_height});
  s.depthwise_weights = dense("depthwise_weights", {middle, w.kernel_width, w.kernel_height});
  s.depthwise_bias = dense("depthwise_bias", {middle});
  s.output = Func("output");

  Func image("image");  // what the taps read, (c, x, y): never stored
  const bool rows = order == PixelOrder::rows;
  const Expr in_row = s.y * w.in_width + s.x, pixel = rows ? in_row : Expr(s.p);
  const std::vector<Var> pixels = rows ? std::vector<Var>{s.x, s.y} : std::vector<Var>{s.p};
  std::vector<Var> place{s.c};
  place.insert(place.end(), pixels.begin(), pixels.end());
  if (shape.expand) {
    s.expanded = Func("expanded");
    s.expand = pointwise("expand_", layout.expand, s.c, pixels,
                         [&](const Expr& channel, const Expr&) { return s.input(channel, pixel); });
    s.expanded(place) = activated(s.expand.value, shape.expansion_activation);
  } else if (multiplier > 1) {
    s.expanded = Func("expanded");
    s.expanded(place) = s.input(min(s.c / multiplier, shape.in_channels - 1), pixel);
  }
  if (!s.expanded.defined())
    image(s.c, s.x, s.y) = s.input(s.c, in_row);
  else if (rows)
    image(s.c, s.x, s.y) = s.expanded(s.c, s.x, s.y);
  else
    image(s.c, s.x, s.y) = s.expanded(s.c, in_row);

  // The border is zero in the expanded, activated image. Without an expansion, what comes before ends in this
  // layer's activation, unless the shape says otherwise.
  const bool bounded = shape.expand
                           ? row_of(shape.expansion_activation).bounded
                           : shape.depthwise_activation == ActivationFunction::relu6 && !shape.infinite_input;
  Func bordered = zero_sides(image, w, bounded);
  s.k = RDom(0, w.kernel_width, 0, w.kernel_height, "k"), s.sum = Func("sum");
  const Expr row = s.y * w.stride + s.k.y * w.dilation - w.pad_top;
  s.k.where(row >= 0 && row < w.in_height);
  s.sum(s.c, s.x, s.y) = s.depthwise_bias(s.c);
  s.sum(s.c, s.x, s.y) += bordered(s.c, s.x * w.stride_x() + s.k.x * w.dilation - w.pad_left, row) *
                          s.depthwise_weights(s.c, s.k.x, s.k.y);
  s.output(s.c, s.x, s.y) = activated(s.sum(s.c, s.x, s.y), shape.depthwise_activation);
  dense_output(s.output, {middle, w.out_width, w.out_height});
  return s;
}

}  // namespace mobilith
