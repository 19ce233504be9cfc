#include "algorithms/dense.h"

#include "algorithms/activation.h"

namespace mobilith {
using namespace Halide;

Dense dense(const DenseShape& shape, const DenseLayout& layout) {
  const Channels& out = layout.out;
  const int tile = layout.tile, products = layout.products.products();
  Dense s;
  s.input = dense("input", {layout.in.stored(), shape.runs});
  s.weights =
      dense("weights", {out.width, tile, products, out.vectors / tile}, true, layout.products.weights);
  s.bias = dense("bias", {out.stored()});
  s.k = RDom(0, shape.in_channels, 0, shape.runs, "k");
  s.sum = Func("sum"), s.output = Func("output");
  const Expr vector = s.o / out.width;
  s.sum(s.o) = s.bias(s.o);
  s.sum(s.o) +=
      widened(s.weights(s.o % out.width, vector % tile, s.k.y * shape.in_channels + s.k.x, vector / tile)) *
      s.input(s.k.x, s.k.y);
  s.output(s.o) = activated(s.sum(s.o), shape.activation);
  dense_output(s.output, {out.stored()});
  return s;
}

}  // namespace mobilith
