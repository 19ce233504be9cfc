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

// A row's elements by pairs. Where their number is odd, the last pair is the last two, the first of which has
// a weight of zero (weights/pack): what lies beside the last is another window's, which a weight of zero
// would not keep out if it is not finite.
void define_dots(Stem& s, int run, int rows, int lanes, const Expr& first, const Expr& row) {
  Pointwise& p = s.product;
  const int pairs = (run + 1) / 2;
  p.k = RDom(0, 2, 0, pairs, 0, rows, "k"), p.step = p.k.y;
  const Expr pair = run % 2 == 0 ? 2 * p.k.y : min(2 * p.k.y, run - 2);
  p.sum(s.o, s.x, s.y) += cast<float>(p.weights(p.k.x, s.o % lanes, p.k.z * pairs + p.k.y, s.o / lanes)) *
                          cast<float>(s.narrowed(first + pair + p.k.x, row + p.k.z));
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
  Pointwise& product = s.product;
  product.weights = matrix_weights("weights", layout.products);
  product.bias = dense("bias", {layout.out.stored()});
  product.sum = Func("sum");
  s.bordered = Func("bordered"), s.output = Func("output");

  Func image("image");
  image(s.i, s.y) = s.input(s.i, s.y);
  Func inside =
      BoundaryConditions::constant_exterior(image, outside(shape, s.i), {{0, line}, {0, w.in_height}});
  const Expr value = inside(s.i - w.pad_left * channels, s.y - w.pad_top);
  product.sum(s.o, s.x, s.y) = product.bias(s.o);
  const Expr first = s.x * w.stride_x() * channels, row = s.y * w.stride;
  const ElementType factors = layout.products.factors;
  if (layout.products.multiplication == Multiplication::dots) {
    s.narrowed = Func("narrowed");
    s.narrowed(s.i, s.y) = narrowed(value, factors);
    define_dots(s, run, w.kernel_height, out_lanes, first, row);
  } else {
    product.k = RDom(0, run, 0, w.kernel_height, "k"), product.step = product.k.x;
    const RDom& k = product.k;
    s.bordered(s.i, s.y) = factors == ElementType::f32 ? value : widened(narrowed(value, factors));
    product.sum(s.o, s.x, s.y) += product.weights(s.o % out_lanes, k.y * run + k.x, s.o / out_lanes) *
                                  s.bordered(first + k.x, row + k.y);
  }
  s.output(s.o, s.x, s.y) = activated(product.sum(s.o, s.x, s.y), shape.activation);
  dense_output(s.output, {layout.out.stored(), w.out_width, w.out_height});
  return s;
}

}  // namespace mobilith
