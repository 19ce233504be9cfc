// The kernels' functions in a generated archive.
#pragma once

#include <string>
#include <vector>

#include "inspect/disassembler.h"

namespace mobilith::inspect {

// A kernel is k7, and k7.0, k7.1... of its parallel loops (codegen/link_kernels.cpp names them).
struct KernelFunction {
  int kernel = 0;
  std::string symbol;
  std::vector<Instruction> code;
  std::vector<int> lines;  // of each instruction in the line table; 0: none, or there is no table
};

// The functions of all kernels of an archive that was made here, sorted by kernel and symbol. Throws
// InspectError, one line without the archive's name, where it is damaged or has no such functions.
std::vector<KernelFunction> kernel_functions(const std::string& archive, const Disassembler&);

// The same of an archive that comes from anywhere, without lines: a child process takes its objects apart, as
// LLVM does not promise to survive damaged ones. kernel: -1: all. prefix: of symbols, where the library is
// for several CPUs.
std::vector<KernelFunction> kernel_functions_apart(const std::string& archive, const Disassembler&,
                                                   int kernel, const std::string& prefix);

}  // namespace mobilith::inspect
