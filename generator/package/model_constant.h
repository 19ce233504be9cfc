// The model symbol: runtime/include/mobilith_abi.h's structs as LLVM constants.
#pragma once

#include "codegen/link_kernels.h"
#include "package/compile_library.h"
#include "plan/plan.h"

namespace mobilith {

// What a library has for one CPU.
struct Variant {
  CpuTarget target;
  Plan plan;
  LinkedKernels kernels;
};

// Adds the constants and the one external symbol, `options.name`, to the module that has the variants'
// kernels. It links into programs and shared objects, which do not export it. weights: share_weights()'s.
// Variants: the one to prefer first.
void add_model(llvm::Module&, const std::vector<Variant>&, const std::string& weights, const Network&,
               const LibraryOptions& options);

}  // namespace mobilith
