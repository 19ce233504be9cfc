// Cycles by LLVM's scheduling model of a CPU (the simulation of llvm-mca: all loads hit L1, all jumps are
// foreseen).
#pragma once

#include <vector>

#include "inspect/disassembler.h"

namespace mobilith::inspect {

enum class Model {
  llvm,       // as it is
  corrected,  // where targets/cpus.cpp knows that a CPU does better than LLVM's model of it
};

// Of one iteration of these instructions, run again and again. Throws InspectError where LLVM has no model
// (Disassembler::has_model).
double cycles_per_iteration(const Disassembler&, const std::vector<Instruction>& function,
                            const std::vector<int>& positions, Model = Model::llvm);

// Cycles that these instructions take at the least if nothing but their own units held them back: the sum of
// their reciprocal throughputs.
double reciprocal_throughput(const Disassembler&, const std::vector<Instruction>& function,
                             const std::vector<int>& positions);

}  // namespace mobilith::inspect
