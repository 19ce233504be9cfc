// The model symbol: runtime/include/mobilith_abi.h's structs as LLVM constants.
#pragma once

#include "codegen/codegen.h"
#include "codegen/link_kernels.h"
#include "plan/plan.h"

namespace mobilith {

// Adds the constants and the one exported symbol, `options.name`, to the module of `kernels`.
void add_model(LinkedKernels& kernels, const Plan&, const Network&, const CpuTarget&,
               const LibraryOptions& options);

}  // namespace mobilith
