#include "algorithms/activation.h"

#include <stdexcept>

#include "algorithms/exponential.h"

namespace mobilith {

namespace {

using Halide::Expr;
using F = const ActivationFunction&;

Expr none(const Expr& value, F) { return value; }
Expr relu(const Expr& value, F) { return max(value, 0.0f); }
Expr relu6(const Expr& value, F) { return Halide::clamp(value, 0.0f, 6.0f); }
// Not clamp(x + 3, 0, 6) / 6: compilers move the addition out of the clamp, and -3 times the rounded sixth,
// plus a half, is not zero. Multiplied by a large x it would be no small error in hard_swish.
Expr hard_sigmoid(const Expr& value, F) { return Halide::clamp(value * (1.0f / 6) + 0.5f, 0.0f, 1.0f); }
Expr hard_swish(const Expr& value, F f) { return value * hard_sigmoid(value, f); }
Expr smooth(const Expr& value, F) { return sigmoid(value); }
Expr clamp(const Expr& value, F f) { return Halide::clamp(value, f.low, f.high); }

struct Form {
  ActivationKind kind;
  Expr (*apply)(const Expr&, F);
};
constexpr Form forms[] = {
    {ActivationKind::none, none},
    {ActivationKind::relu, relu},
    {ActivationKind::relu6, relu6},
    {ActivationKind::hard_sigmoid, hard_sigmoid},
    {ActivationKind::hard_swish, hard_swish},
    {ActivationKind::sigmoid, smooth},
    {ActivationKind::clamp, clamp},
};

}  // namespace

Expr activated(const Expr& value, const ActivationFunction& function) {
  for (const Form& form : forms)
    if (form.kind == function.kind) return form.apply(value, function);
  throw std::logic_error("no kernel has this activation");
}

}  // namespace mobilith
