// What inspection finds out about one kernel.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inspect/loop_nest.h"
#include "inspect/named_code.h"

namespace mobilith::inspect {

struct LoopReport {
  std::string function;             // the symbol
  std::string name;                 // Halide's loop; empty: not known
  int number = -1;                  // in LoopNest::loops
  std::vector<std::string> around;  // names of the loops around it, the outermost first
  bool innermost = false, accumulates = false;
  int bits = 0, fmas = 0, loads = 0, stores = 0, spills = 0, moves = 0, registers = 0;
  double iterations = 0;        // in one run; 0: not known
  double cycles = 0;            // of one iteration without the loops inside, by LLVM's model; 0: it has none
  double corrected_cycles = 0;  // the same with Model::corrected
  double peak_cycles = 0;       // of the FMAs alone: how long it keeps their units busy
  int named = 0,
      instructions = 0;           // instructions of it, and how many of them the line table gives to `number`
  std::vector<std::string> code;  // of an innermost loop with FMAs
  double instructions_per_fma() const { return static_cast<double>(instructions) / (fmas > 0 ? fmas : 1); }
  double fmas_per_load() const { return static_cast<double>(fmas) / (loads > 0 ? loads : 1); }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoopReport, function, name, number, around, innermost, accumulates, bits,
                                   fmas, loads, stores, spills, moves, registers, iterations, cycles,
                                   corrected_cycles, peak_cycles, named, instructions, code)

struct KernelReport {
  std::vector<LoopReport> loops;  // with or without FMAs; the most cycles first where iterations are known
  LoopNest nest;                  // empty where names are not known
  std::string unnamed;            // why names are not known; empty: they are
  double cycles = 0;              // of one run, all loops and what is outside; 0: not known
  double corrected_cycles = 0, peak_cycles = 0;
  double fmas = 0;  // vector FMAs of one run
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KernelReport, loops, nest, unnamed, cycles, corrected_cycles, peak_cycles,
                                   fmas)

// Multiply-adds of one instruction of a kernel of this type at the peak that bench measures: of bytes and
// bf16 several in each lane.
int products_at_once(const std::string& kernel_type, const nlohmann::json& shape, const Machine&);

// The share of the peak that `cycles` for a run of `madds` multiply-adds come to, as bench measures it; above
// 1 where products are paired. at_once: products_at_once(). 0: not known.
double share_of_peak(const KernelReport&, int64_t madds, int at_once, double cycles);

// functions: the kernel's. named: the same kernel compiled anew, or null; where its code is not the same,
// names stay unknown. Throws InspectError.
KernelReport kernel_report(const Disassembler&, const std::vector<KernelFunction>& functions,
                           const NamedCode* named);

}  // namespace mobilith::inspect
