// A kernel's bitcode from Halide, closed: nothing is imported but libc's memory functions. And optimised:
// each kernel by itself, so that several are at a time, and what is kept of them (kernel_cache.h) is.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>
#include <memory>
#include <string>

#include "targets/target.h"

namespace mobilith {

// Of a closed kernel: a function of mobilith_kernel's type (mobilith_abi.h).
inline constexpr const char* entry_symbol = "k";

// What a library's model says of a kernel, and bitcode does not.
struct KernelFacts {
  int64_t kernel_bytes = 0, task_bytes = 0;  // ScratchUse (hooks.h)
  int64_t operands = 0;                      // the output included
};

// The module of a kernel's bitcode, closed or not. Throws CodegenError.
std::unique_ptr<llvm::Module> read_kernel(llvm::LLVMContext&, const std::string& bitcode);

// Halide's bitcode for the target becomes a module with one external function, entry_symbol; the others are
// entry_symbol.0, .1, ..., its data entry_symbol.data2, ... Not optimised yet. Throws CodegenError.
std::unique_ptr<llvm::Module> closed_kernel(llvm::LLVMContext&, const std::string& bitcode, const CpuTarget&);

// Of a module of closed_kernel(), optimised or not. Throws CodegenError where it is none.
KernelFacts kernel_facts(const llvm::Module&);
void drop_facts(llvm::Module&);

// A module of closed_kernel(), optimised.
std::string optimised_bitcode(llvm::Module&, const CpuTarget&);

// Both. Throws CodegenError.
std::string close_kernel(const std::string& bitcode, const CpuTarget&);

}  // namespace mobilith
