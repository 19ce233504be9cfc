#include "inspect/kernel_report.h"

#include <algorithm>
#include <map>

#include "inspect/loop_counts.h"
#include "inspect/natural_loops.h"
#include "inspect/scheduling_model.h"
#include "layout/quantised_products.h"
#include "schedules/kernel_types.h"

namespace mobilith::inspect {

namespace {

// The line that most of these instructions have, and how many do; 0 where none has one.
std::pair<int, int> majority(const std::vector<int>& lines, const std::vector<int>& positions) {
  std::map<int, int> votes;
  for (const int at : positions)
    if (lines[at] > 0) votes[lines[at]]++;
  std::pair<int, int> most{0, 0};
  for (const auto& [line, count] : votes)
    if (count > most.second) most = {line, count};
  return most;
}

// Several machine loops of one of Halide's share its iterations: copies by an unrolled outer loop, or by a
// test that was moved out of it.
void share_iterations(KernelReport& report) {
  std::map<int, int> copies;
  for (const LoopReport& loop : report.loops)
    if (loop.number >= 0) copies[loop.number]++;
  for (LoopReport& loop : report.loops)
    if (loop.number >= 0) loop.iterations = report.nest.loops[loop.number].iterations / copies[loop.number];
}

class Reporter {
 public:
  Reporter(const Disassembler& target, KernelReport& report) : target_(target), report_(report) {}

  void add(const KernelFunction& function, const std::vector<int>& lines) {
    const std::vector<NaturalLoop> loops = natural_loops(function.code);
    for (const NaturalLoop& loop : loops) {
      LoopReport found;
      found.function = function.symbol;
      found.innermost = loop.innermost;
      // An outer loop is what it does itself; an inner one is all it is.
      fill(found, function, loop.own);
      if (!lines.empty()) name(found, lines, loop.own);
      for (int at = loop.parent; at >= 0 && !lines.empty(); at = loops[at].parent)
        if (const int line = majority(lines, loops[at].own).first; line > 0)
          found.around.insert(found.around.begin(), report_.nest.loops[line - 1].name);
      if (found.innermost && found.fmas > 0)
        for (const int at : loop.own)
          found.code.push_back(function.code[at].mnemonic + " " + function.code[at].operands);
      report_.loops.push_back(std::move(found));
    }
    // What is in no loop: the body of a parallel one, or what runs once.
    const std::vector<int> outside = outside_loops(function.code, loops);
    if (outside.empty() || lines.empty() || !target_.has_model()) return;
    LoopReport rest;
    rest.function = function.symbol;
    fill(rest, function, outside);
    const int line = majority(lines, outside).first;
    const bool parallel = line > 0 && report_.nest.loops[line - 1].parallel;
    if (parallel) rest.number = line - 1, rest.name = report_.nest.loops[line - 1].name;
    rest.iterations = 1;
    if (parallel) report_.loops.push_back(std::move(rest));
  }

 private:
  void fill(LoopReport& found, const KernelFunction& function, const std::vector<int>& positions) {
    const LoopCounts counts = count(target_, function.code, positions);
    found.accumulates = counts.accumulates, found.bits = counts.bits, found.fmas = counts.fmas;
    found.loads = counts.loads, found.stores = counts.stores, found.spills = counts.spills;
    found.moves = counts.moves, found.registers = counts.registers;
    found.instructions = static_cast<int>(positions.size());
    if (!target_.has_model()) return;
    found.cycles = cycles_per_iteration(target_, function.code, positions);
    found.corrected_cycles = cycles_per_iteration(target_, function.code, positions, Model::corrected);
    found.peak_cycles =
        reciprocal_throughput(target_, function.code, fma_positions(target_, function.code, positions));
  }

  void name(LoopReport& found, const std::vector<int>& lines, const std::vector<int>& positions) {
    const auto [line, votes] = majority(lines, positions);
    if (line == 0) return;
    found.number = line - 1, found.named = votes;
    found.name = report_.nest.loops[line - 1].name;
  }

  const Disassembler& target_;
  KernelReport& report_;
};

void add_up(KernelReport& report) {
  for (const LoopReport& loop : report.loops) {
    report.cycles += loop.iterations * loop.cycles;
    report.corrected_cycles += loop.iterations * loop.corrected_cycles;
    report.peak_cycles += loop.iterations * loop.peak_cycles;
    report.fmas += loop.iterations * loop.fmas;
  }
}

bool same(const std::vector<KernelFunction>& functions, const std::vector<KernelFunction>& named) {
  if (functions.size() != named.size()) return false;
  for (size_t i = 0; i < functions.size(); i++)
    if (!same_code(functions[i].code, named[i].code)) return false;
  return true;
}

}  // namespace

int products_at_once(const std::string& type, const nlohmann::json& shape, const Machine& machine) {
  if (kernel_type(type).dtype == ElementType::f32) return machine.lanes * (machine.bf16_products ? 2 : 1);
  if (machine.byte_pairs && shape.value("reduced_range", false)) return machine.lanes * 4;
  return machine.lanes * products_group(machine, type == "quantised_depthwise");
}

double share_of_peak(const KernelReport& report, int64_t madds, int at_once, double cycles) {
  if (report.fmas <= 0 || cycles <= 0) return 0;
  return static_cast<double>(madds) * report.peak_cycles / (report.fmas * at_once * cycles);
}

KernelReport kernel_report(const Disassembler& target, const std::vector<KernelFunction>& functions,
                           const NamedCode* named) {
  KernelReport report;
  const bool known = named && same(functions, named->functions);
  if (known)
    report.nest = named->nest;
  else if (named)
    report.unnamed = "this program compiles the kernel to other code: another version made the library";
  Reporter reporter(target, report);
  for (size_t i = 0; i < functions.size(); i++)
    reporter.add(functions[i], known ? lines_of(functions[i].code, named->functions[i]) : std::vector<int>{});
  share_iterations(report);
  if (known) add_up(report);
  std::stable_sort(report.loops.begin(), report.loops.end(), [&](const LoopReport& a, const LoopReport& b) {
    return std::pair(a.iterations * a.cycles, a.fmas) > std::pair(b.iterations * b.cycles, b.fmas);
  });
  return report;
}

}  // namespace mobilith::inspect
