#include "inspect/nest_evaluation.h"

#include <algorithm>

namespace mobilith::inspect {

using namespace Halide;
using namespace Halide::Internal;

namespace {

int64_t floor_div(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient;
}

Range joined(const Range& a, const Range& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

Range product(const Range& a, const Range& b) {
  if (!a.known() || !b.known()) return Range::unknown();
  const auto [least, most] = std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return {least, most};
}

// {0, 0}, {1, 1} or {0, 1}.
Range truth(bool surely, bool surely_not) { return {surely ? 1 : 0, surely_not ? 0 : 1}; }

Range compare(const Expr& e, const Ranges& values) {
  auto sides = [&](const auto* op) { return std::pair(evaluate(op->a, values), evaluate(op->b, values)); };
  if (const auto* op = e.as<LT>()) {
    const auto [a, b] = sides(op);
    return truth(a.high < b.low, a.low >= b.high);
  }
  if (const auto* op = e.as<LE>()) {
    const auto [a, b] = sides(op);
    return truth(a.high <= b.low, a.low > b.high);
  }
  if (const auto* op = e.as<GT>()) return compare(LT::make(op->b, op->a), values);
  if (const auto* op = e.as<GE>()) return compare(LE::make(op->b, op->a), values);
  if (const auto* op = e.as<EQ>()) {
    const auto [a, b] = sides(op);
    return truth(a.low == a.high && b.low == b.high && a.low == b.low, a.high < b.low || b.high < a.low);
  }
  if (const auto* op = e.as<NE>()) {
    const Range equal = compare(EQ::make(op->a, op->b), values);
    return {1 - equal.high, 1 - equal.low};
  }
  if (const auto* op = e.as<And>()) {
    const auto [a, b] = sides(op);
    return {std::min(a.low, b.low), std::min(a.high, b.high)};
  }
  if (const auto* op = e.as<Or>()) {
    const auto [a, b] = sides(op);
    return {std::max(a.low, b.low), std::max(a.high, b.high)};
  }
  if (const auto* op = e.as<Not>()) {
    const Range a = evaluate(op->a, values);
    return {1 - a.high, 1 - a.low};
  }
  return Range::unknown();
}

Range arithmetic(const Expr& e, const Ranges& values) {
  auto sides = [&](const auto* op) { return std::pair(evaluate(op->a, values), evaluate(op->b, values)); };
  if (const auto* op = e.as<Add>()) {
    const auto [a, b] = sides(op);
    return {a.low + b.low, a.high + b.high};
  }
  if (const auto* op = e.as<Sub>()) {
    const auto [a, b] = sides(op);
    return {a.low - b.high, a.high - b.low};
  }
  if (const auto* op = e.as<Mul>()) {
    const auto [a, b] = sides(op);
    return product(a, b);
  }
  if (const auto* op = e.as<Min>()) {
    const auto [a, b] = sides(op);
    return {std::min(a.low, b.low), std::min(a.high, b.high)};
  }
  if (const auto* op = e.as<Max>()) {
    const auto [a, b] = sides(op);
    return {std::max(a.low, b.low), std::max(a.high, b.high)};
  }
  if (const auto* op = e.as<Div>()) {
    const auto [a, b] = sides(op);
    if (!a.known() || b.low != b.high || b.low <= 0) return Range::unknown();
    return {floor_div(a.low, b.low), floor_div(a.high, b.low)};
  }
  if (const auto* op = e.as<Mod>()) {
    const auto [a, b] = sides(op);
    if (b.low != b.high || b.low <= 0) return Range::unknown();
    if (a.known() && floor_div(a.low, b.low) == floor_div(a.high, b.low)) {
      const int64_t whole = floor_div(a.low, b.low) * b.low;
      return {a.low - whole, a.high - whole};
    }
    return {0, b.low - 1};
  }
  return compare(e, values);
}

class Variables : public IRVisitor {
 public:
  std::set<std::string> names;

 private:
  using IRVisitor::visit;
  void visit(const Variable* v) override { names.insert(v->name); }
};

std::set<std::string> variables(const Expr& e) {
  Variables found;
  e.accept(&found);
  return found.names;
}

void add(std::set<std::string>& names, const std::set<std::string>& more) {
  names.insert(more.begin(), more.end());
}

}  // namespace

Range evaluate(const Expr& e, const Ranges& values) {
  if (const auto* op = e.as<IntImm>()) return {op->value, op->value};
  if (const auto* op = e.as<UIntImm>())
    return {static_cast<int64_t>(op->value), static_cast<int64_t>(op->value)};
  if (const auto* op = e.as<Variable>()) {
    const auto found = values.find(op->name);
    return found == values.end() ? Range::unknown() : found->second;
  }
  if (const auto* op = e.as<Cast>()) return evaluate(op->value, values);
  if (const auto* op = e.as<Broadcast>()) return evaluate(op->value, values);
  if (const auto* op = e.as<Ramp>()) {
    const Range base = evaluate(op->base, values), stride = evaluate(op->stride, values);
    const Range steps = product(stride, {op->lanes - 1, op->lanes - 1});
    return joined(base, {base.low + steps.low, base.high + steps.high});
  }
  if (const auto* op = e.as<Select>())
    return joined(evaluate(op->true_value, values), evaluate(op->false_value, values));
  if (const auto* op = e.as<Let>()) {
    Ranges inner = values;
    inner[op->name] = evaluate(op->value, values);
    return evaluate(op->body, inner);
  }
  if (const auto* op = e.as<Call>())
    return op->is_intrinsic(
               {Call::likely, Call::likely_if_innermost, Call::unsafe_promise_clamped, Call::promise_clamped})
               ? evaluate(op->args[0], values)
               : Range::unknown();
  const Range found = arithmetic(e, values);
  return found.known() ? found : Range::unknown();
}

std::set<std::string> control_variables(const Stmt& stmt) {
  std::set<std::string> names;
  if (const auto* loop = stmt.as<For>()) {
    names = control_variables(loop->body);
    if (names.erase(loop->name)) add(names, variables(loop->min));
    add(names, variables(loop->extent));
  } else if (const auto* let = stmt.as<LetStmt>()) {
    names = control_variables(let->body);
    if (names.erase(let->name)) add(names, variables(let->value));
  } else if (const auto* block = stmt.as<Block>()) {
    names = control_variables(block->first);
    add(names, control_variables(block->rest));
  } else if (const auto* choice = stmt.as<IfThenElse>()) {
    names = control_variables(choice->then_case);
    if (choice->else_case.defined()) add(names, control_variables(choice->else_case));
    add(names, variables(choice->condition));
  } else if (const auto* allocation = stmt.as<Allocate>()) {
    names = control_variables(allocation->body);
  } else if (const auto* part = stmt.as<ProducerConsumer>()) {
    names = control_variables(part->body);
  }
  return names;
}

}  // namespace mobilith::inspect
