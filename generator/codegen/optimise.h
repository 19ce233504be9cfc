// LLVM's optimisation of code that has its vectors and tiles already.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace mobilith {

// Deterministic. Each function is optimised for the CPU that its attributes name.
void optimise(llvm::Module&, llvm::TargetMachine&);

}  // namespace mobilith
