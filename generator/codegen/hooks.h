// Halide's callbacks, resolved inside the library: halide_do_par_for through the worker's pointer,
// halide_malloc as fixed places in the worker's scratch. A library then shares no symbol with another, nor
// with an application that uses Halide itself.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>

namespace mobilith {

struct ScratchUse {
  int64_t kernel = 0;  // bytes that the kernel's own function places at the end of the scratch
  int64_t task = 0;    // bytes that its parallel tasks place at the beginning
};

// Rewrites all callbacks of one kernel's module; `kernel` is its entry. Throws CodegenError for a callback
// that has no place here.
ScratchUse resolve_hooks(llvm::Module&, llvm::Function& kernel);

}  // namespace mobilith
