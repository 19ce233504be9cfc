#include "algorithms/activation.h"

#include <stdexcept>

namespace mobilith {

namespace {

using Halide::Expr;

Expr none(const Expr& value) { return value; }
Expr relu(const Expr& value) { return max(value, 0.0f); }
Expr relu6(const Expr& value) { return clamp(value, 0.0f, 6.0f); }

struct Activation {
  ActivationFunction function;
  Expr (*apply)(const Expr&);
};
constexpr Activation activations[] = {{ActivationFunction::none, none},
                                      {ActivationFunction::relu, relu},
                                      {ActivationFunction::relu6, relu6}};

const Activation& row(ActivationFunction function) {
  for (const Activation& activation : activations)
    if (activation.function == function) return activation;
  throw std::logic_error("no kernel has this activation");
}

}  // namespace

Expr activated(const Expr& value, ActivationFunction function) { return row(function).apply(value); }

}  // namespace mobilith
