// A kernel compiled anew with a line table in which each "line" is one of Halide's loops, so that every
// machine instruction says which loop it came from: the way debuggers find source lines.
#pragma once

#include <filesystem>

#include "inspect/loop_nest.h"
#include "inspect/object_code.h"
#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith::inspect {

// In KernelFunction::lines: 0 is no loop, n + 1 is LoopNest::loops[n].
struct NamedCode {
  LoopNest nest;
  std::vector<KernelFunction> functions;  // k0, k0.0 ...
};

// scratch: a folder for temporary files. caches: whose sizes decide the nest's traffic, where they are not
// the target's. For a process in which Halide has not been used (codegen/halide_bitcode.h). Throws
// CodegenError, InspectError.
NamedCode named_code(const PlannedKernel&, const CpuTarget&, const Disassembler&,
                     const std::filesystem::path& scratch, const Machine* caches = nullptr);

// Whether two functions are the same code: instruction by instruction, apart from distances to other
// functions and constants, which lie elsewhere in another object, and apart from what only aligns loops.
bool same_code(const std::vector<Instruction>&, const std::vector<Instruction>&);

// [instruction of `code`]: the line of the same instruction of `twin`; 0 for padding, which the two have in
// different places. same_code(code, twin.code) holds.
std::vector<int> lines_of(const std::vector<Instruction>& code, const KernelFunction& twin);

}  // namespace mobilith::inspect
