#include "algorithms/inverted_residual.h"

#include "algorithms/params.h"

namespace mobilith {
using namespace Halide;

InvertedResidual inverted_residual(const InvertedResidualShape& shape, int lanes, PixelOrder expand,
                                   PixelOrder project) {
  const Window& w = shape.window;
  const int in_stored = stored_channels(shape.in_channels, lanes),
            middle = stored_channels(shape.expanded_channels, lanes),
            out_stored = stored_channels(shape.out_channels, lanes),
            middle_lanes = vector_lanes(shape.expanded_channels, lanes),
            out_lanes = vector_lanes(shape.out_channels, lanes);
  InvertedResidual s;
  s.input = dense("input", {in_stored, w.in_width * w.in_height});
  s.expand_weights = pointwise_weights("expand_weights", lanes, shape.in_channels, shape.expanded_channels);
  s.expand_bias = dense("expand_bias", {middle});
  s.depthwise_weights = dense("depthwise_weights", {middle, 3, 3});
  s.depthwise_bias = dense("depthwise_bias", {middle});
  s.project_weights =
      pointwise_weights("project_weights", lanes, shape.expanded_channels, shape.out_channels);
  s.project_bias = dense("project_bias", {out_stored});
  s.in_channel = RDom(0, shape.in_channels, "in_channel");
  s.channel = RDom(0, shape.expanded_channels, "channel");
  s.expand_sum = Func("expand_sum"), s.expanded = Func("expanded"), s.depthwise = Func("depthwise"),
  s.flat = Func("flat");
  s.project_sum = Func("project_sum"), s.output = Func("output");

  Func image("image");  // what the depthwise half reads, (c, x, y): never stored
  const Expr pixel = s.y * w.in_width + s.x;
  if (!shape.expand) {
    image(s.c, s.x, s.y) = s.input(s.c, pixel);
  } else {
    Expr weight = s.expand_weights(s.c % middle_lanes, s.in_channel, s.c / middle_lanes);
    if (expand == PixelOrder::rows) {
      s.expand_sum(s.c, s.x, s.y) = s.expand_bias(s.c);
      s.expand_sum(s.c, s.x, s.y) += weight * s.input(s.in_channel, pixel);
      s.expanded(s.c, s.x, s.y) = clamp(s.expand_sum(s.c, s.x, s.y), 0.0f, 6.0f);
      image(s.c, s.x, s.y) = s.expanded(s.c, s.x, s.y);
    } else {
      s.expand_sum(s.c, s.p) = s.expand_bias(s.c);
      s.expand_sum(s.c, s.p) += weight * s.input(s.in_channel, s.p);
      s.expanded(s.c, s.p) = clamp(s.expand_sum(s.c, s.p), 0.0f, 6.0f);
      image(s.c, s.x, s.y) = s.expanded(s.c, pixel);
    }
  }

  // The border is zero in the expanded, activated image: Keras pads there, after the expansion.
  Func bordered = zero_border(image, w.in_width, w.in_height);
  Expr taps = s.depthwise_bias(s.c);
  for (int row = 0; row < 3; row++)
    for (int i = 0; i < 3; i++)
      taps += bordered(s.c, s.x * w.stride + i - w.pad_left, s.y * w.stride + row - w.pad_top) *
              s.depthwise_weights(s.c, i, row);
  s.depthwise(s.c, s.x, s.y) = clamp(taps, 0.0f, 6.0f);

  Expr weight = s.project_weights(s.o % out_lanes, s.channel, s.o / out_lanes);
  if (project == PixelOrder::rows) {
    s.project_sum(s.o, s.x, s.y) = s.project_bias(s.o);
    s.project_sum(s.o, s.x, s.y) += weight * s.depthwise(s.channel, s.x, s.y);
    Expr value = s.project_sum(s.o, s.x, s.y);
    s.output(s.o, s.x, s.y) = shape.residual ? value + s.input(s.o, pixel) : value;
    dense_output(s.output, {out_stored, w.out_width, w.out_height});
  } else {
    s.flat(s.c, s.p) = s.depthwise(s.c, s.p % w.out_width, s.p / w.out_width);
    s.project_sum(s.o, s.p) = s.project_bias(s.o);
    s.project_sum(s.o, s.p) += weight * s.flat(s.channel, s.p);
    Expr value = s.project_sum(s.o, s.p);
    s.output(s.o, s.p) = shape.residual ? value + s.input(s.o, s.p) : value;
    dense_output(s.output, {out_stored, w.out_width * w.out_height});
  }
  return s;
}

}  // namespace mobilith
