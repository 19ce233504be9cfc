#include "algorithms/head.h"

#include "algorithms/activation.h"
#include "algorithms/exponential.h"

namespace mobilith {
using namespace Halide;

Operands Head::operands() const {
  Operands all{input};
  if (convolution.weights.defined())
    for (const ImageParam& constant : convolution.constants()) all.push_back(constant);
  all.insert(all.end(), {weights, bias});
  return all;
}

Head head(const HeadShape& shape, const HeadLayout& layout, int groups) {
  const auto [chunk, tile] = layout.order;
  const int out_stored = layout.classes.stored(), class_lanes = layout.classes.width;
  const int pixels = shape.height * shape.width;
  const bool convolves = shape.hidden_channels > 0;
  const int chunks = layout.chunks();
  Head s;
  s.input = dense("input", {layout.in.stored(), pixels});
  s.weights = dense("weights", {class_lanes, tile, chunk, layout.classes.vectors / tile, chunks}, true,
                    layout.weights);
  s.bias = dense("bias", {out_stored});
  s.pixel = RDom(0, pixels, "pixel");
  s.feature = RDom(0, chunk, "feature"), s.chunk = RDom(0, chunks / groups, "chunk");
  s.group = RDom(0, groups, "group");
  for (auto [func, name] : {std::pair{&s.hidden, "hidden"},
                            {&s.total, "total"},
                            {&s.pool, "pool"},
                            {&s.share, "share"},
                            {&s.partial, "partial"},
                            {&s.sum, "sum"},
                            {&s.logits, "logits"},
                            {&s.output, "output"}})
    *func = Func(name);

  if (convolves) {
    s.convolution = pointwise("hidden_", layout.convolution, s.h, {s.p},
                              [&](const Expr& c, const Expr&) { return s.input(c, s.p); });
    s.hidden(s.h, s.p) = activated(s.convolution.value, shape.activation);
  } else {
    s.hidden(s.h, s.p) = s.input(s.h, s.p);
  }
  s.total(s.h) = 0.0f;
  s.total(s.h) += s.hidden(s.h, s.pixel);
  s.pool(s.h) = s.total(s.h) * (1.0f / static_cast<float>(pixels));
  s.share(s.o, s.q) = 0.0f;
  const Expr vector = s.o / class_lanes;
  s.share(s.o, s.q) += widened(s.weights(s.o % class_lanes, vector % tile, s.feature, vector / tile, s.q)) *
                       s.pool(s.q * chunk + s.feature);
  s.partial(s.o, s.g) = 0.0f;
  s.partial(s.o, s.g) += s.share(s.o, s.g * (chunks / groups) + s.chunk);
  s.sum(s.o) = s.bias(s.o);
  s.sum(s.o) += s.partial(s.o, s.group);
  s.logits(s.o) = s.sum(s.o);

  if (shape.output == OutputFunction::softmax) {
    s.softmax = softmax(s.logits, s.o, layout.classes);
    s.output(s.o) = s.softmax.value;
  } else if (shape.output == OutputFunction::sigmoid) {
    s.output(s.o) = sigmoid(s.logits(s.o));
  } else {
    s.output(s.o) = s.logits(s.o);
  }
  dense_output(s.output, {shape.classes}, /*aligned=*/false);
  return s;
}

}  // namespace mobilith
