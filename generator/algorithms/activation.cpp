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
  const char* name;
  Expr (*apply)(const Expr&);
};
constexpr Activation activations[] = {{ActivationFunction::none, "none", none},
                                      {ActivationFunction::relu, "relu", relu},
                                      {ActivationFunction::relu6, "relu6", relu6}};

const Activation& row(ActivationFunction function) {
  for (const Activation& activation : activations)
    if (activation.function == function) return activation;
  throw std::logic_error("no kernel has this activation");
}

}  // namespace

Expr activated(const Expr& value, ActivationFunction function) { return row(function).apply(value); }

const char* activation_name(ActivationFunction function) { return row(function).name; }

ActivationFunction activation_named(const std::string& name) {
  for (const Activation& activation : activations)
    if (name == activation.name) return activation.function;
  std::string names;
  for (const Activation& activation : activations)
    names += (names.empty() ? "" : ", ") + std::string(activation.name);
  throw std::invalid_argument("activation: expected one of " + names + ", got '" + name + "'");
}

}  // namespace mobilith
