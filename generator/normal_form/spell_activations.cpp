// Activations that are written out in several operations, as one.
#include <algorithm>
#include <cmath>

#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;

// x times a constant number.
struct Scaled {
  int x;
  double factor;
};

// x between constant numbers.
struct Bounded {
  int x;
  Clamp bounds;
};

// As f32 has it; f16's 1/6 is 2.4e-4 off.
bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(b); }
bool near_half(double a, double b) { return std::abs(a - b) <= 1e-3 * std::abs(b); }
bool is_sixth(double a) { return float(a) == float(1.0 / 6); }

// Reads old tensors as formulas.
class Formulas {
 public:
  explicit Formulas(const Rewrite& rewrite) : rewrite_(rewrite) {}

  // The tensor as something times a number: x * c, c * x, x / c; else itself times 1.
  Scaled scaled(int old) const {
    const Operation* made = rewrite_.maker(old);
    if (!made) return {old, 1};
    if (made->kind == Kind::multiply)
      for (const int side : {0, 1})
        if (const auto factor = rewrite_.scalar(made->inputs[side])) return {made->inputs[1 - side], *factor};
    if (made->kind == Kind::divide)
      if (const auto divisor = rewrite_.scalar(made->inputs[1])) return {made->inputs[0], 1 / *divisor};
    return {old, 1};
  }

  // The tensor as something between bounds, which clamps, minima and maxima make; else itself between none.
  // Of a few operations: of all that a file may have in a row it would take a square of their number.
  Bounded bounded(int old) const {
    Bounded result{old, {}};
    for (int step = 0; step < 4; step++) {
      const Operation* made = rewrite_.maker(result.x);
      if (!made) break;
      const bool clamps = made->kind == Kind::clamp, minimum = made->kind == Kind::minimum;
      if (!clamps && !minimum && made->kind != Kind::maximum) break;
      int x = made->inputs[0];
      Clamp inner;
      if (clamps) {
        inner = std::get<Clamp>(made->attributes);
      } else {
        if (made->inputs.size() != 2) break;
        int constant = made->inputs[1];
        if (rewrite_.is_constant(x)) std::swap(x, constant);
        const auto bound = rewrite_.scalar(constant);
        if (!bound || rewrite_.shape(x) != rewrite_.shape(old)) break;
        inner = minimum ? Clamp{.high = *bound} : Clamp{.low = *bound};
      }
      const auto [low, high] = result.bounds;
      if (!(inner.low <= inner.high) || !(low <= high)) break;
      result = {x, {std::clamp(inner.low, low, high), std::clamp(inner.high, low, high)}};
    }
    return result;
  }

  // x and a number where the tensor is a hard sigmoid of x times it: min(max(x + 3, 0), 6) is one times 6,
  // min(max(x / 6 + 1 / 2, 0), 1) one times 1.
  std::optional<Scaled> cut_slope(int old) const {
    const auto [inside, bounds] = bounded(old);
    const Operation* sum = rewrite_.maker(inside);
    if (bounds.low != 0 || !std::isfinite(bounds.high) || !sum || sum->kind != Kind::add) return {};
    for (const int side : {0, 1})
      if (rewrite_.scalar(sum->inputs[side]) == bounds.high / 2)
        for (const int other = sum->inputs[1 - side]; const Scaled& slope : {Scaled{other, 1}, scaled(other)})
          if (is_sixth(slope.factor / bounds.high)) return Scaled{slope.x, bounds.high};
    return {};
  }

  // x where the tensor is a hard sigmoid of x times `factor`.
  std::optional<int> hard_sigmoid(int old, double& factor) const {
    const Scaled outer = scaled(old);
    factor = outer.factor;
    if (const auto slope = cut_slope(outer.x)) {
      factor *= slope->factor;
      return slope->x;
    }
    const Operation* made = rewrite_.maker(outer.x);
    if (!made || made->kind != Kind::hard_sigmoid) return {};
    const auto& [alpha, beta] = std::get<HardSigmoid>(made->attributes);
    if (!near(alpha, 1.0 / 6) || !near(beta, 0.5)) return {};
    return made->inputs[0];
  }

  // x where the tensor is x hard_sigmoid(x), however the factor 1/6 is spread.
  std::optional<int> hard_swish(int old) const {
    const Scaled outer = scaled(old);
    const Operation* product = rewrite_.maker(outer.x);
    if (!product || product->kind != Kind::multiply) return {};
    for (const int side : {0, 1}) {
      double factor;
      const Scaled other = scaled(product->inputs[1 - side]);
      const auto x = hard_sigmoid(product->inputs[side], factor);
      for (const auto& [candidate, more] : {other, Scaled{product->inputs[1 - side], 1}})
        if (x && *x == candidate && near(factor * more * outer.factor, 1)) return x;
    }
    return {};
  }

 private:
  const Rewrite& rewrite_;
};

// Constants second; minimum, maximum and division by a constant as what they are.
bool spell_constant(Rewrite& rewrite, const Operation& operation) {
  const int old = operation.outputs[0];
  if (operation.inputs.size() != 2) return false;
  int x = operation.inputs[0], constant = operation.inputs[1];
  const bool commutes = operation.kind != Kind::subtract && operation.kind != Kind::divide;
  if (commutes && rewrite.is_constant(x)) std::swap(x, constant);
  if (!rewrite.is_constant(constant) || is_whole(value_type(rewrite.from.tensors[constant]))) return false;
  std::vector<double> numbers = rewrite.numbers(constant);
  Kind kind = operation.kind;
  if (kind == Kind::minimum || kind == Kind::maximum) {
    if (numbers.size() != 1 || rewrite.shape(x) != rewrite.shape(old)) return false;
    const Clamp bounds = kind == Kind::minimum ? Clamp{.high = numbers[0]} : Clamp{.low = numbers[0]};
    rewrite.stands(old, rewrite.emit(operation, Kind::clamp, bounds, {rewrite.at(x)}, old));
    return true;
  }
  if (kind == Kind::subtract) {
    for (double& n : numbers) n = -n;
    kind = Kind::add;
  } else if (kind == Kind::divide) {
    for (double& n : numbers) n = 1 / n;
    kind = Kind::multiply;
  } else if (x == operation.inputs[0]) {
    return false;  // as it is
  }
  if (kind != Kind::add && kind != Kind::multiply) return false;
  const int made = rewrite.constant(rewrite.from.tensors[constant].name, rewrite.shape(constant), numbers);
  rewrite.stands(old, rewrite.emit(operation, kind, Elementwise{}, {rewrite.at(x), made}, old));
  return true;
}

// A clamp of a clamp is one.
bool spell_clamp(Rewrite& rewrite, const Operation& operation) {
  const Operation* before = rewrite.maker(operation.inputs[0]);
  if (operation.kind != Kind::clamp || !before || before->kind != Kind::clamp) return false;
  const auto &outer = std::get<Clamp>(operation.attributes), &inner = std::get<Clamp>(before->attributes);
  if (outer.low > outer.high || inner.low > inner.high) return false;
  const Clamp both{std::clamp(inner.low, outer.low, outer.high),
                   std::clamp(inner.high, outer.low, outer.high)};
  const int old = operation.outputs[0];
  rewrite.stands(old, rewrite.emit(operation, Kind::clamp, both, {rewrite.at(before->inputs[0])}, old));
  return true;
}

bool spell_hard(Rewrite& rewrite, const Operation& operation) {
  const Formulas formulas(rewrite);
  const int old = operation.outputs[0];
  if (const auto x = formulas.hard_swish(old); x && rewrite.shape(*x) == rewrite.shape(old)) {
    rewrite.stands(old, rewrite.emit(operation, Kind::hard_swish, {}, {rewrite.at(*x)}, old));
    return true;
  }
  double factor;
  const auto x = formulas.hard_sigmoid(old, factor);
  if (!x || !near(factor, 1) || operation.kind == Kind::hard_sigmoid ||
      rewrite.shape(*x) != rewrite.shape(old))
    return false;
  rewrite.stands(
      old, rewrite.emit(operation, Kind::hard_sigmoid, HardSigmoid{1.0 / 6, 0.5}, {rewrite.at(*x)}, old));
  return true;
}

// min(max(a x + b, 0), 1) is the usual one of 6 a x + 6 b - 3, which can go into the product before it.
bool spell_slope(Rewrite& rewrite, const Operation& operation) {
  if (operation.kind != Kind::hard_sigmoid) return false;
  const auto [alpha, beta] = std::get<HardSigmoid>(operation.attributes);
  const int x = operation.inputs[0], old = operation.outputs[0];
  const double factor = float(alpha) == float(1.0 / 6) ? 1 : 6 * alpha, term = 6 * beta - 3;
  int moved = rewrite.at(x);
  if (factor != 1)
    moved = rewrite.emit(operation, Kind::multiply, Elementwise{},
                         {moved, rewrite.constant("", {}, std::span(&factor, 1))}, x);
  if (term != 0)
    moved = rewrite.emit(operation, Kind::add, Elementwise{},
                         {moved, rewrite.constant("", {}, std::span(&term, 1))}, x);
  rewrite.stands(old, rewrite.emit(operation, Kind::hard_sigmoid, HardSigmoid{1.0 / 6, 0.5}, {moved}, old));
  return true;
}

// Whether all that read it are products of two images: what is multiplied is a gate.
bool is_gate(const Rewrite& rewrite, int old) {
  int products = 0;
  for (const Operation& operation : rewrite.from.operations)
    if (operation.kind == Kind::multiply && !rewrite.is_constant(operation.inputs[1]))
      products += int(std::count(operation.inputs.begin(), operation.inputs.end(), old));
  return products == rewrite.uses(old);
}

// A gate may be off by a factor that is nearly 1, as 0.16667 is of 1/6: the factor is a product of its own.
// Converters put the 3 of a gate's hard sigmoid into the bias before it: min(max(y, 0), 6) / 6 is one of y
// - 3.
bool spell_gate(Rewrite& rewrite, const Operation& operation) {
  const int old = operation.outputs[0];
  const Formulas formulas(rewrite);
  const Scaled outer = formulas.scaled(old);
  if (!near_half(outer.factor, 1.0 / 6) || !is_gate(rewrite, old)) return false;
  const auto [y, bounds] = formulas.bounded(outer.x);
  if (bounds != Clamp{0, 6} || rewrite.shape(y) != rewrite.shape(old)) return false;
  const auto slope = formulas.cut_slope(outer.x);
  const Operation* product = rewrite.maker(y);
  if (!slope && (!product || (product->kind != Kind::convolution && product->kind != Kind::fully_connected)))
    return false;
  const double three = -3;
  const int moved = slope ? rewrite.at(slope->x)
                          : rewrite.emit(operation, Kind::add, Elementwise{},
                                         {rewrite.at(y), rewrite.constant("", {}, std::span(&three, 1))}, y);
  int gate = rewrite.emit(operation, Kind::hard_sigmoid, HardSigmoid{1.0 / 6, 0.5}, {moved}, old);
  if (const double rest = outer.factor * 6; std::abs(rest - 1) > 1e-12)
    gate = rewrite.emit(operation, Kind::multiply, Elementwise{},
                        {gate, rewrite.constant("", {}, std::span(&rest, 1))}, old);
  rewrite.stands(old, gate);
  return true;
}

// x (gate c) is (x gate) c, so that c can go into the product after it.
bool spell_factor_of_gate(Rewrite& rewrite, const Operation& operation) {
  if (operation.kind != Kind::multiply || rewrite.is_constant(operation.inputs[1])) return false;
  const int old = operation.outputs[0];
  for (const int side : {0, 1}) {
    const int gate = operation.inputs[side], x = operation.inputs[1 - side];
    const Operation* made = rewrite.maker(gate);
    if (!made || made->kind != Kind::multiply || rewrite.uses(gate) != 1 || !rewrite.scalar(made->inputs[1]))
      continue;
    const Operation* function = rewrite.maker(made->inputs[0]);
    if (!function || (function->kind != Kind::hard_sigmoid && function->kind != Kind::sigmoid)) continue;
    const int product = rewrite.emit(operation, Kind::multiply, Elementwise{},
                                     {rewrite.at(x), rewrite.at(made->inputs[0])}, old);
    rewrite.stands(old, rewrite.emit(operation, Kind::multiply, Elementwise{},
                                     {product, rewrite.at(made->inputs[1])}, old));
    return true;
  }
  return false;
}

}  // namespace

Graph passes::spell_activations(const Graph& graph) {
  Rewrite rewrite(graph);
  for (const Operation& operation : graph.operations)
    if (!spell_hard(rewrite, operation) && !spell_gate(rewrite, operation) &&
        !spell_factor_of_gate(rewrite, operation) && !spell_clamp(rewrite, operation) &&
        !spell_constant(rewrite, operation) && !spell_slope(rewrite, operation))
      rewrite.keep(operation);
  return rewrite.finish();
}

}  // namespace mobilith::file
