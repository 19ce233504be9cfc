// All kernels' bitcode in one LLVM module, closed: nothing is imported but libc's memory functions.
#pragma once

#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

#include "codegen/target.h"

namespace mobilith {

struct LinkedKernels {
  std::unique_ptr<llvm::Module> module;
  std::vector<llvm::Function*> entries;         // mobilith_kernel (mobilith_abi.h), one per kernel, internal
  int64_t scratch_bytes = 0, worker_bytes = 0;  // mobilith_model's
};

// operands: of each kernel, its output included. Throws CodegenError.
LinkedKernels link_kernels(llvm::LLVMContext&, const std::vector<std::string>& bitcode,
                           const std::vector<int>& operands, const llvm::DataLayout&, const CpuTarget&);

}  // namespace mobilith
