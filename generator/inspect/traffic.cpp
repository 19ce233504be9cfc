// Bytes per cache level, from the loops.
#include <algorithm>
#include <functional>

#include "inspect/nest_evaluation.h"

namespace mobilith::inspect {

using namespace Halide;
using namespace Halide::Internal;

namespace {

// What of a cache a loop can count on: the rest goes to other data, and to sets that fill unevenly.
constexpr double usable = 0.75;

// A loop or a name on the way from the outside to an access.
struct Step {
  int loop = -1;  // its number; -1: a name
  std::string name;
  Expr min, extent;  // of a loop
  Expr value;        // of a name
};

struct Access {
  std::string buffer;
  Expr index;
  double bytes = 0;
  bool store = false;
  std::vector<Step> path;
  int loop = -1;  // the innermost around it
};

class Collect : public IRVisitor {
 public:
  explicit Collect(const Machine& machine) : register_bytes_(4.0 * machine.lanes * machine.registers) {}
  std::vector<Access> accesses;
  std::set<std::string> own, in_registers;  // buffers that the kernel allocates
  std::set<std::string> asked_for;

 private:
  using IRVisitor::visit;

  void visit(const For* loop) override {
    loop->min.accept(this), loop->extent.accept(this);
    const int number = std::stoi(loop->name.substr(loop->name.rfind('#') + 1)), before = loop_;
    path_.push_back({number, loop->name, loop->min, loop->extent, {}});
    loop_ = number;
    loop->body.accept(this);
    loop_ = before;
    path_.pop_back();
  }
  template <typename L>
  void visit_let(const L* let) {
    let->value.accept(this);
    path_.push_back({-1, let->name, {}, {}, let->value});
    let->body.accept(this);
    path_.pop_back();
  }
  void visit(const Let* let) override { visit_let(let); }
  void visit(const LetStmt* let) override { visit_let(let); }
  void visit(const Allocate* allocation) override {
    own.insert(allocation->name);
    const double bytes = double(allocation->constant_allocation_size()) * allocation->type.bytes();
    if (allocation->constant_allocation_size() > 0 && bytes <= register_bytes_)
      in_registers.insert(allocation->name);
    IRVisitor::visit(allocation);
  }
  void visit(const Load* load) override {
    note(load->name, load->index, load->type, false);
    IRVisitor::visit(load);
  }
  void visit(const Store* store) override {
    note(store->name, store->index, store->value.type(), true);
    IRVisitor::visit(store);
  }
  void visit(const Call* call) override {
    if (call->is_intrinsic(Call::prefetch))
      if (const auto* buffer = call->args[0].as<Variable>()) asked_for.insert(buffer->name);
    IRVisitor::visit(call);
  }
  void note(const std::string& buffer, const Expr& index, const Type& type, bool store) {
    if (in_registers.contains(buffer)) return;
    // Unrolled copies load the same again: the compiler does it once.
    if (!seen_.insert({loop_, buffer, index}).second) return;
    const auto* splat = index.as<Broadcast>();
    accesses.push_back(
        {buffer, index, double(type.bytes()) * (splat ? 1 : type.lanes()), store, path_, loop_});
  }

  struct Place {
    int loop;
    std::string buffer;
    Expr index;
    bool operator<(const Place& other) const {
      if (loop != other.loop) return loop < other.loop;
      if (buffer != other.buffer) return buffer < other.buffer;
      return IRDeepCompare()(index, other.index);
    }
  };
  const double register_bytes_;
  std::vector<Step> path_;
  int loop_ = -1;
  std::set<Place> seen_;
};

using Bytes = std::map<std::string, double>;

double total(const Bytes& bytes) {
  double sum = 0;
  for (const auto& [buffer, count] : bytes) sum += count;
  return sum;
}

// Loops of one kernel; number -1 is the whole run, a loop of one iteration.
class Nest {
 public:
  Nest(const std::vector<NestedLoop>& loops, const std::vector<Access>& accesses)
      : loops_(loops), accesses_(accesses) {}

  // What one start of a loop fetches into a cache of `capacity` bytes.
  Bytes fetched(int loop, double capacity) const {
    if (total(distinct(loop, true)) <= capacity || total(distinct(loop, false)) <= capacity)
      return distinct(loop, false);
    const double trips =
        loop < 0 || loops_[loop].entries == 0 ? 1 : loops_[loop].iterations / loops_[loop].entries;
    const double runs = loop < 0 ? 1 : std::max(1.0, loops_[loop].iterations);
    Bytes sum;
    for (size_t i = 0; i < loops_.size(); i++) {
      if (loops_[i].parent != loop || loops_[i].entries == 0) continue;
      for (const auto& [buffer, bytes] : fetched(static_cast<int>(i), capacity))
        sum[buffer] += trips * loops_[i].entries / runs * bytes;
    }
    for (const Access& access : accesses_)
      if (access.loop == loop) sum[access.buffer] += trips * access.bytes;
    return sum;
  }

  // Distinct bytes of one start of a loop; of one iteration.
  Bytes distinct(int loop, bool one_iteration) const {
    auto& known = known_[{loop, one_iteration}];
    if (!known.empty()) return known;
    std::map<std::string, Range> spans;
    Bytes most;
    const double times = loop < 0 ? 1 : one_iteration ? loops_[loop].iterations : loops_[loop].entries;
    for (const Access& access : accesses_) {
      if (!within(access, loop) || times == 0) continue;
      const double runs = access.loop < 0 ? 1 : loops_[access.loop].iterations;
      most[access.buffer] += access.bytes * runs / times;
      const Range span = span_of(access, loop, one_iteration);
      const auto [place, fresh] = spans.try_emplace(access.buffer, span);
      if (!fresh)
        place->second = {std::min(place->second.low, span.low), std::max(place->second.high, span.high)};
    }
    for (const auto& [buffer, span] : spans)
      known[buffer] =
          span.known() ? std::min(most[buffer], 4.0 * double(span.high - span.low + 1)) : most[buffer];
    return known;
  }

 private:
  bool within(const Access& access, int loop) const {
    for (int at = access.loop; at >= 0; at = loops_[at].parent)
      if (at == loop) return true;
    return loop < 0;
  }

  // The loops around `loop` stand at their first iteration, those inside run.
  Range span_of(const Access& access, int loop, bool one_iteration) const {
    Ranges values;
    bool inside = loop < 0;
    for (const Step& step : access.path) {
      if (step.loop < 0) {
        values[step.name] = evaluate(step.value, values);
        continue;
      }
      const Range min = evaluate(step.min, values), extent = evaluate(step.extent, values);
      const bool runs = step.loop == loop ? !one_iteration : inside;
      inside = inside || step.loop == loop;
      values[step.name] =
          runs ? Range{min.low, min.high + std::max<int64_t>(extent.high, 1) - 1} : Range{min.low, min.low};
    }
    return evaluate(access.index, values);
  }

  const std::vector<NestedLoop>& loops_;
  const std::vector<Access>& accesses_;
  mutable std::map<std::pair<int, bool>, Bytes> known_;
};

}  // namespace

std::vector<BufferTraffic> traffic_of(const Stmt& stmt, const std::vector<NestedLoop>& loops,
                                      const Machine& machine) {
  Collect collect(machine);
  stmt.accept(&collect);
  const Nest nest(loops, collect.accesses);
  const Bytes distinct = nest.distinct(-1, false), l2 = nest.fetched(-1, usable * double(machine.l1)),
              beyond = nest.fetched(-1, usable * double(machine.l2));
  std::map<std::string, BufferTraffic> found;
  for (const Access& access : collect.accesses) {
    BufferTraffic& buffer = found[access.buffer];
    buffer.written = buffer.written || access.store;
    buffer.touched += access.bytes * (access.loop < 0 ? 1 : loops[access.loop].iterations);
  }
  auto of = [](const Bytes& bytes, const std::string& buffer) {
    const auto place = bytes.find(buffer);
    return place == bytes.end() ? 0.0 : place->second;
  };
  std::vector<BufferTraffic> list;
  for (auto& [name, buffer] : found) {
    buffer.buffer = name, buffer.external = !collect.own.contains(name);
    buffer.asked_for = collect.asked_for.contains(name);
    buffer.bytes = of(distinct, name), buffer.from_l2 = of(l2, name), buffer.beyond = of(beyond, name);
    list.push_back(buffer);
  }
  return list;
}

}  // namespace mobilith::inspect
