#include "products/pointwise.h"

#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

Operands Pointwise::constants() const {
  Operands all{weights, bias};
  if (centre.defined()) all.push_back(centre);
  return all;
}

Pointwise pointwise(const std::string& name, const Matrix& m, const Var& o, const std::vector<Var>& pixel,
                    const PixelInput& input) {
  const Scheme& scheme = scheme_of(m);
  Pointwise s;
  s.weights = matrix_weights(name + "weights", m);
  s.bias = dense(name + "bias", {m.out.stored(), scheme.bias_rows});
  s.sum = Func(name + "sum");
  scheme.define(s, name, m, o, pixel, input);
  return s;
}

Expr sum_with(const Matrix& m, const Expr& value, const Expr& addend) {
  return scheme_of(m).bias_rows > 1 ? strict_float(value + addend) : value + addend;
}

}  // namespace mobilith
