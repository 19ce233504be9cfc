#include "algorithms/stem.h"

#include <algorithm>
#include <stdexcept>

#include "algorithms/activation.h"

namespace mobilith {
using namespace Halide;

namespace {

// At float i of a line.
Expr outside(const StemShape& shape, const Var& i) {
  const std::vector<float>& values = shape.outside;
  if (values.empty()) return 0.0f;
  if (std::equal(values.begin() + 1, values.end(), values.begin())) return values.front();
  std::vector<Expr> of_channel(values.begin(), values.end());
  return mux(i % shape.in_channels, of_channel);
}

}  // namespace

// A row of the image is one line of in_width * channels floats: neighbouring pixels of all channels are then
// neighbouring floats, and the window as many runs of kernel_width * channels of them as it has rows. The
// border in x is pad_left * channels floats.
Stem stem(const StemShape& shape, const StemLayout& layout) {
  const Window& w = shape.window;
  if (w.dilation != 1) throw std::invalid_argument("dilation: a stem has none");
  const int channels = shape.in_channels, run = w.kernel_width * channels, line = w.in_width * channels;
  const int out_lanes = layout.out.width;
  Stem s;
  s.input = dense("input", {line, w.in_height}, /*aligned=*/false);
  s.weights = matrix_weights("weights", layout.products);
  s.bias = dense("bias", {layout.out.stored()});
  s.k = RDom(0, run, 0, w.kernel_height, "k");
  s.bordered = Func("bordered"), s.sum = Func("sum"), s.output = Func("output");

  Func image("image");
  image(s.i, s.y) = s.input(s.i, s.y);
  Func inside =
      BoundaryConditions::constant_exterior(image, outside(shape, s.i), {{0, line}, {0, w.in_height}});
  s.bordered(s.i, s.y) = inside(s.i - w.pad_left * channels, s.y - w.pad_top);
  s.sum(s.o, s.x, s.y) = s.bias(s.o);
  s.sum(s.o, s.x, s.y) += s.weights(s.o % out_lanes, s.k.y * run + s.k.x, s.o / out_lanes) *
                          s.bordered(s.x * w.stride_x() * channels + s.k.x, s.y * w.stride + s.k.y);
  s.output(s.o, s.x, s.y) = activated(s.sum(s.o, s.x, s.y), shape.activation);
  dense_output(s.output, {layout.out.stored(), w.out_width, w.out_height});
  return s;
}

}  // namespace mobilith
