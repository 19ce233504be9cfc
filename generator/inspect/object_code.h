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

// The functions of kernel `kernel` (-1: of all), sorted by kernel and symbol. prefix: of their symbols, where
// the library is for several CPUs. Throws InspectError, one line without the archive's name, where the
// archive is damaged or has no such functions.
std::vector<KernelFunction> kernel_functions(const std::string& archive, const Disassembler&, int kernel = -1,
                                             const std::string& prefix = "");

}  // namespace mobilith::inspect
