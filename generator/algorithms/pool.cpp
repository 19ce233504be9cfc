#include "algorithms/pool.h"

#include "algorithms/activation.h"
#include "algorithms/larger.h"

namespace mobilith {
using namespace Halide;

Operands Pool::operands() const {
  Operands all{input};
  if (convolution.weights.defined())
    for (const ImageParam& constant : convolution.constants()) all.push_back(constant);
  return all;
}

Pool pool(const PoolShape& shape, const PoolLayout& layout) {
  const int pixels = shape.height * shape.width;
  Pool s;
  s.input = dense("input", {layout.in.stored(), pixels});
  s.pixel = RDom(0, pixels, "pixel");
  s.hidden = Func("hidden"), s.output = Func("output");
  if (shape.hidden_channels > 0) {
    s.convolution = pointwise("", layout.convolution, s.h, {s.p},
                              [&](const Expr& c, const Expr&) { return s.input(c, s.p); });
    s.hidden(s.h, s.p) = activated(s.convolution.value, shape.activation);
  } else {
    s.hidden(s.h, s.p) = s.input(s.h, s.p);
  }
  Expr mean, maximum;
  if (shape.function != PoolFunction::maximum) {
    s.total = Func("total");
    s.total(s.h) = 0.0f;
    s.total(s.h) += s.hidden(s.h, s.pixel);
    mean = s.total(s.h) * (1.0f / static_cast<float>(pixels));
  }
  if (shape.function != PoolFunction::mean) {
    s.largest = Func("largest");
    s.largest(s.h) = s.hidden(s.h, 0);
    s.largest(s.h) = larger(s.largest(s.h), s.hidden(s.h, s.pixel));
    maximum = s.largest(s.h);
  }
  if (mean.defined() && maximum.defined())
    s.output(s.h, s.run) = select(s.run == 0, mean, maximum);
  else
    s.output(s.h, s.run) = mean.defined() ? mean : maximum;
  dense_output(s.output, {layout.features.stored(), shape.runs()});
  return s;
}

}  // namespace mobilith
