#include "inspect/loop_nest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "inspect/nest_evaluation.h"

namespace mobilith::inspect {

using namespace Halide;
using namespace Halide::Internal;

namespace {

class NumberLoops : public IRMutator {
 public:
  explicit NumberLoops(LoopNest& nest) : nest_(nest) {}

 private:
  using IRMutator::visit;
  Stmt visit(const For* loop) override {
    const auto number = static_cast<int>(nest_.loops.size());
    nest_.loops.push_back({loop->name, loop->for_type == ForType::Parallel, parent_, 0, 0});
    const std::string name = fmt::format("{}#{}", loop->name, number);
    const int before = parent_;
    parent_ = number;
    Stmt body = mutate(substitute(loop->name, Variable::make(Int(32), name), loop->body));
    parent_ = before;
    return For::make(name, mutate(loop->min), mutate(loop->extent), loop->for_type, loop->partition_policy,
                     loop->device_api, body);
  }

  LoopNest& nest_;
  int parent_ = -1;
};

// The number that NumberLoops gave.
int number_of(const std::string& name) { return std::stoi(name.substr(name.rfind('#') + 1)); }

// Counts how often each loop runs. Bodies whose control flow does not depend on the loop are walked once.
class CountRuns {
 public:
  explicit CountRuns(LoopNest& nest) : nest_(nest) {}
  void count(const Stmt& stmt, double times) {
    if (const auto* loop = stmt.as<For>()) {
      NestedLoop& counted = nest_.loops[number_of(loop->name)];
      const Range min = evaluate(loop->min, values_), extent = evaluate(loop->extent, values_);
      const int64_t trips = std::max<int64_t>(0, extent.known() ? extent.high : 0);
      counted.entries += times, counted.iterations += times * static_cast<double>(trips);
      if (trips == 0) return;
      const bool steers = control_variables(loop->body).contains(loop->name);
      for (int64_t i = 0; i < (steers ? trips : 1); i++) {
        values_[loop->name] = {min.low + i, min.low + i};
        count(loop->body, steers ? times : times * static_cast<double>(trips));
      }
    } else if (const auto* let = stmt.as<LetStmt>()) {
      values_[let->name] = evaluate(let->value, values_);
      count(let->body, times);
    } else if (const auto* block = stmt.as<Block>()) {
      count(block->first, times), count(block->rest, times);
    } else if (const auto* choice = stmt.as<IfThenElse>()) {
      const Range condition = evaluate(choice->condition, values_);
      if (!condition.known() || condition.high != 0) count(choice->then_case, times);
      if (choice->else_case.defined() && (!condition.known() || condition.low == 0))
        count(choice->else_case, times);
    } else if (const auto* allocation = stmt.as<Allocate>()) {
      count(allocation->body, times);
    } else if (const auto* part = stmt.as<ProducerConsumer>()) {
      count(part->body, times);
    }
  }

 private:
  LoopNest& nest_;
  Ranges values_;
};

class ReportLoops : public IRMutator {
 public:
  ReportLoops(const Machine& machine, LoopNest& nest) : machine_(machine), nest_(nest) {}
  Stmt mutate(const Stmt& stmt) override {
    nest_ = {};
    Stmt numbered = NumberLoops(nest_).mutate(stmt);
    CountRuns(nest_).count(numbered, 1);
    nest_.traffic = traffic_of(numbered, nest_.loops, machine_);
    return numbered;
  }

 private:
  using IRMutator::mutate;
  Machine machine_;
  LoopNest& nest_;
};

}  // namespace

void report_loops(Func& output, const Machine& machine, LoopNest& nest) {
  auto* pass = new ReportLoops(machine, nest);
  output.add_custom_lowering_pass(pass, [pass] { delete pass; });
}

}  // namespace mobilith::inspect
