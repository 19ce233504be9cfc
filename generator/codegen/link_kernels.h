// Closed kernels in one LLVM module.
#pragma once

#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

#include "targets/target.h"

namespace mobilith {

// What tells one CPU's functions from another's in a library for `cpus` of them; empty where there is one.
std::string function_prefix(const std::string& cpu, size_t cpus);

struct LinkedKernels {
  std::vector<llvm::Function*> entries;         // mobilith_kernel (mobilith_abi.h), one per kernel, internal
  int64_t scratch_bytes = 0, worker_bytes = 0;  // mobilith_variant's
  int64_t stack_bytes = 0;                      // stack_use.h; known when the object is
};

// Adds the kernels of one plan (close_kernel.h), compiled for one CPU, to a module of its platform, under the
// names <prefix>k0, <prefix>k1, ... operands: of each kernel, its output included. Throws CodegenError.
LinkedKernels link_kernels(llvm::Module& into, const std::vector<std::string>& closed,
                           const std::vector<int>& operands, const std::string& prefix);

}  // namespace mobilith
