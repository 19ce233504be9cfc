#include "cli/inspect_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "schedules/kernel_types.h"

namespace mobilith {

namespace {

using inspect::KernelReport;
using inspect::LoopReport;
using inspect::TreeKernel;

constexpr size_t main_loops = 4;

// The loops worth a line: innermost ones with FMAs, each kind of code once, the most time (or FMAs) first.
std::vector<const LoopReport*> main_loops_of(const KernelReport& report) {
  std::vector<const LoopReport*> list;
  for (const LoopReport& loop : report.loops) {
    if (!loop.innermost || loop.fmas == 0) continue;
    const bool seen = std::any_of(list.begin(), list.end(), [&](const LoopReport* other) {
      return std::tuple(other->name, other->fmas, other->loads, other->stores, other->cycles) ==
             std::tuple(loop.name, loop.fmas, loop.loads, loop.stores, loop.cycles);
    });
    if (!seen && list.size() < main_loops) list.push_back(&loop);
  }
  return list;
}

// The best step of this kernel, seconds.
std::optional<double> measured_seconds(const Inspection& found, const TreeKernel& kernel) {
  std::optional<double> best;
  for (const StepTiming& step : found.measurement.steps)
    if (step.kernel == kernel.kernel.name && (!best || step.time.least < *best)) best = step.time.least;
  return best;
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

struct Levels {
  double l1 = 0, l2 = 0, beyond = 0;
};

Levels levels_of(const KernelReport& report) {
  Levels levels;
  for (const inspect::BufferTraffic& buffer : report.nest.traffic)
    levels.l1 += buffer.touched, levels.l2 += buffer.from_l2, levels.beyond += buffer.beyond;
  return levels;
}

void print_loop(const LoopReport& loop) {
  const std::string name = loop.name.empty() ? loop.function : loop.name;
  fmt::print("    {:<44} {:>4} {:>5} {:>5} {:>5} {:>6} {:>5} {:>4} {:>7.2f} {:>7.2f} {:>8.1f} {:>7} {:>12}\n",
             name, loop.bits, loop.fmas, loop.loads, loop.stores, loop.spills, loop.moves, loop.registers,
             loop.fmas_per_load(), loop.instructions_per_fma(), loop.cycles,
             loop.cycles > 0 ? fmt::format("{:.0f} %", 100 * share(loop.peak_cycles, loop.cycles)) : "-",
             loop.iterations > 0 ? fmt::format("{:.0f}", loop.iterations) : "?");
}

void print_code(const LoopReport& loop) {
  std::vector<std::string> around = loop.around;
  around.push_back(loop.name.empty() ? "(not known)" : loop.name);
  fmt::print("\n");
  for (size_t i = 0; i < around.size(); i++) fmt::print("    {:{}}for {}\n", "", 2 * i, around[i]);
  if (!loop.name.empty())
    fmt::print("    {:{}}; {} of {} instructions are of this loop by the line table\n", "", 2 * around.size(),
               loop.named, loop.instructions);
  for (const std::string& line : loop.code) fmt::print("    {:{}}{}\n", "", 2 * around.size(), line);
}

void print_kernel(const Inspection& found, size_t i, bool with_code) {
  const KernelReport& report = found.reports[i];
  const TreeKernel& kernel = found.tree.kernels[found.kernels[i]];
  fmt::print("\n{} {}  ({}; {})\n", found.kernels[i], kernel.kernel.name, fmt::join(kernel.blocks, ", "),
             kernel.kernel.schedule_source);
  fmt::print("    schedule {}\n", kernel.kernel.schedule.dump());
  fmt::print("    {:<44} {:>4} {:>5} {:>5} {:>5} {:>6} {:>5} {:>4} {:>7} {:>7} {:>8} {:>7} {:>12}\n",
             "inner loop", "bits", "FMAs", "loads", "stores", "spills", "moves", "regs", "FMA/ld", "ins/FMA",
             "cycles", "of peak", "iterations");
  const auto loops = main_loops_of(report);
  for (const LoopReport* loop : loops) print_loop(*loop);
  if (!report.unnamed.empty())
    fmt::print("    loop names, iterations and bytes are not known: {}\n", report.unnamed);
  const Machine& machine = found.tree.target.machine;
  const int at_once = inspect::products_at_once(kernel.kernel.type, kernel.kernel.shape, machine);
  const char* peak = kernel_type(kernel.kernel.type).dtype != ElementType::f32 ? "byte products'"
                     : machine.bf16_products                                   ? "bf16 products'"
                                                                               : "FMA";
  auto predicted = [&](double cycles) { return 100 * share_of_peak(report, kernel.madds, at_once, cycles); };
  if (report.cycles > 0)
    fmt::print("    predicted {:.0f} cycles a run, {:.1f} % of the {} peak, if all memory were L1{}\n",
               report.cycles, predicted(report.cycles), peak,
               report.corrected_cycles == report.cycles
                   ? ""
                   : fmt::format("; {:.0f} cycles, {:.1f} % where LLVM's model is corrected",
                                 report.corrected_cycles, predicted(report.corrected_cycles)));
  if (const Levels levels = levels_of(report); levels.l1 > 0)
    fmt::print("    bytes     {:.2f} MB through L1, {:.2f} MB from L2, {:.2f} MB from beyond\n",
               levels.l1 / 1e6, levels.l2 / 1e6, levels.beyond / 1e6);
  if (const auto seconds = measured_seconds(found, kernel)) {
    const double gflops = 2e-9 * static_cast<double>(kernel.madds) / *seconds;
    fmt::print("    measured  {:.1f} us, {:.1f} % of the {} peak\n", 1e6 * *seconds,
               100 * share(gflops, found.measurement.peak), peak);
  } else {
    fmt::print("    {}\n", found.not_measured);
  }
  if (with_code)
    for (const LoopReport* loop : loops) print_code(*loop);
}

// Of what is not f32; empty: nothing.
std::string numbers_text(const inspect::GeneratedTree& tree) {
  if (tree.dtype == "bf16" || tree.dtype == "f16")
    return fmt::format("products of {}, added up in f32", tree.dtype);
  return tree.weights_dtype == "f32" ? ""
                                     : fmt::format("weights in {}, multiplied as f32", tree.weights_dtype);
}

}  // namespace

void print_inspection(const Inspection& found, bool with_code) {
  fmt::print("{}  for {}, {}, {}-bit vectors, L1 {} KB, L2 {} KB\n", found.tree.name, found.tree.target.cpu,
             found.tree.target.platform->name, found.tree.target.vector_bits,
             found.tree.target.machine.l1 >> 10, found.tree.target.machine.l2 >> 10);
  if (const std::string numbers = numbers_text(found.tree); !numbers.empty()) fmt::print("{}\n", numbers);
  for (size_t i = 0; i < found.reports.size(); i++) print_kernel(found, i, with_code);
  fmt::print(
      "\nLoops and counts are the machine code's; cycles are LLVM's scheduling model of {}, one iteration. "
      "Inferred: names\n"
      "and iterations, from Halide's loops by the line table of the same code compiled anew; bytes, by a "
      "model.\n",
      found.tree.target.cpu);
  if (found.tree.target.machine.pair_vectors > 0)
    fmt::print(
        "A loop's share of peak is how busy it keeps the FMA units; a kernel's counts multiply-adds, and can "
        "be above\n"
        "100 %: paired products do three by two FMAs and two additions.\n");
}

nlohmann::json inspection_json(const Inspection& found, bool with_code) {
  nlohmann::json kernels = nlohmann::json::array();
  for (size_t i = 0; i < found.reports.size(); i++) {
    const KernelReport& report = found.reports[i];
    const TreeKernel& kernel = found.tree.kernels[found.kernels[i]];
    nlohmann::json loops = nlohmann::json::array();
    for (const LoopReport& loop : report.loops) {
      nlohmann::json printed = loop;
      printed["fmas_per_load"] = loop.fmas_per_load();
      if (!with_code) printed.erase("code");
      if (loop.name.empty()) printed["name"] = nullptr;
      printed["share_of_peak"] = share(loop.peak_cycles, loop.cycles);
      printed.erase("number");
      loops.push_back(std::move(printed));
    }
    const int at_once =
        inspect::products_at_once(kernel.kernel.type, kernel.kernel.shape, found.tree.target.machine);
    auto predicted = [&](double cycles) { return share_of_peak(report, kernel.madds, at_once, cycles); };
    const Levels levels = levels_of(report);
    nlohmann::json entry{
        {"kernel", kernel.kernel.name},
        {"type", kernel.kernel.type},
        {"blocks", kernel.blocks},
        {"madds", kernel.madds},
        {"shape", kernel.kernel.shape},
        {"schedule", kernel.kernel.schedule},
        {"schedule_source", kernel.kernel.schedule_source},
        {"inner_loops", loops},
        {"loops", report.nest.loops},
        {"unnamed", report.unnamed},
        {"predicted",
         {{"cycles", report.cycles},
          {"share_of_peak", predicted(report.cycles)},
          {"corrected_cycles", report.corrected_cycles},
          {"corrected_share_of_peak", predicted(report.corrected_cycles)},
          {"vector_fmas", report.fmas}}},
        {"bytes",
         {{"l1", levels.l1}, {"l2", levels.l2}, {"beyond", levels.beyond}, {"buffers", report.nest.traffic}}},
        {"measured", nullptr}};
    if (const auto seconds = measured_seconds(found, kernel))
      entry["measured"] = {{"seconds", *seconds},
                           {"share_of_peak", share(2e-9 * static_cast<double>(kernel.madds) / *seconds,
                                                   found.measurement.peak)}};
    kernels.push_back(std::move(entry));
  }
  return {{"name", found.tree.name},
          {"cpu", found.tree.target.cpu},
          {"target", found.tree.target.platform->name},
          {"vector_bits", found.tree.target.vector_bits},
          {"machine", found.tree.target.machine},
          {"not_measured", found.not_measured},
          {"peak_gflops_per_core", found.measurement.peak},
          {"kernels", kernels}};
}

}  // namespace mobilith
