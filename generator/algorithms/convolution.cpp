#include "algorithms/convolution.h"

#include "algorithms/activation.h"
#include "algorithms/border.h"

namespace mobilith {
using namespace Halide;

Operands Convolution::operands() const {
  Operands all{input};
  if (gate.defined()) all.push_back(gate);
  if (addend.defined()) all.push_back(addend);
  for (const ImageParam& constant : product.constants()) all.push_back(constant);
  return all;
}

bool must_copy(const ConvolutionShape& shape) {
  return !shape.pointwise() || shape.gated || shape.window.stride != 1 || shape.window.stride_x() != 1 ||
         shape.window.out_width != shape.window.in_width;
}

namespace {

// Each pixel's channels are one run: a product of pixels with a matrix.
void define_pixels(Convolution& s, const ConvolutionShape& shape, const ConvolutionLayout& layout,
                   bool copies) {
  const Window& w = shape.window;
  if (copies) {
    const Expr pixel = s.p / w.out_width * (w.stride * w.in_width) + s.p % w.out_width * w.stride_x();
    const Expr value = s.input(s.c, must_copy(shape) ? pixel : Expr(s.p));
    s.copied(s.c, s.p) = narrowed(shape.gated ? value * s.gate(s.c) : value, layout.products.in.type);
  }
  s.product = pointwise("", layout.products, s.o, {s.p}, [&](const Expr& c, const Expr&) -> Expr {
    return copies ? s.copied(c, s.p) : s.input(c, s.p);
  });
  const Expr value = activated(s.product.value, shape.activation);
  s.output(s.o, s.p) = shape.residual ? sum_with(layout.products, value, s.addend(s.o, s.p)) : value;
  dense_output(s.output, {layout.out.stored(), w.out_width * w.out_height});
}

// Taps x channels. The copy has the border, so that products read without a test; what lies outside is zero
// whatever the image's values are, infinite ones too.
void define_windows(Convolution& s, const ConvolutionShape& shape, const ConvolutionLayout& layout) {
  const Window& w = shape.window;
  const int channels = shape.in_channels;
  Func image("image");
  const Expr pixel = s.input(s.c, s.y * w.in_width + s.x);
  image(s.c, s.x, s.y) = shape.gated ? pixel * s.gate(s.c) : pixel;
  Func inside = zero_border(image, w, /*bounded=*/false);
  s.copied(s.c, s.x, s.y) = inside(s.c, s.x - w.pad_left, s.y - w.pad_top);

  Pointwise& product = s.product;
  product.weights = matrix_weights("weights", layout.products);
  product.bias = dense("bias", {layout.out.stored(), 1});
  product.k = RDom(0, channels, 0, w.kernel_width, 0, w.kernel_height, "k"), product.step = product.k.x;
  product.sum = Func("sum");
  const RDom& k = product.k;
  product.sum(s.o, s.x, s.y) = product.bias(s.o, 0);
  product.sum(s.o, s.x, s.y) +=
      matrix_weight(product.weights, layout.products, (k.z * w.kernel_width + k.y) * channels + k.x, s.o) *
      s.copied(k.x, s.x * w.stride_x() + k.y * w.dilation, s.y * w.stride + k.z * w.dilation);
  product.value = product.sum(s.o, s.x, s.y);
  const Expr activation = activated(product.value, shape.activation);
  s.output(s.o, s.x, s.y) = shape.residual ? activation + s.addend(s.o, s.y * w.out_width + s.x) : activation;
  dense_output(s.output, {layout.out.stored(), w.out_width, w.out_height});
}

}  // namespace

Convolution convolution(const ConvolutionShape& shape, const ConvolutionLayout& layout, bool copies) {
  const Window& w = shape.window;
  Convolution s;
  s.input = dense("input", {layout.in.stored(), w.in_width * w.in_height});
  if (shape.gated) s.gate = dense("gate", {layout.in.stored()});
  if (shape.residual) s.addend = dense("addend", {layout.out.stored(), w.out_width * w.out_height});
  s.copied = Func("copied"), s.output = Func("output");
  if (shape.pointwise())
    define_pixels(s, shape, layout, copies);
  else
    define_windows(s, shape, layout);
  return s;
}

}  // namespace mobilith
