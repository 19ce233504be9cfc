// LLVM's JIT, set up for code that must run as it would after a static link: JITLink, the process's own libc.
#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <memory>

namespace mobilith {

// For the host. Throws LoadError.
std::unique_ptr<llvm::orc::LLJIT> make_jit();

}  // namespace mobilith
