// LLVM's JIT, set up for code that must run as it would after a static link: JITLink, the process's own libc.
#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <memory>
#include <new>

namespace mobilith {

// For the host. Throws LoadError.
std::unique_ptr<llvm::orc::LLJIT> make_jit();

// What work() gives, which uses the JIT. Where memory ends in the middle of LLVM's work, a JIT can't be
// destroyed any more: it is left where it is.
template <typename Work>
auto using_jit(std::unique_ptr<llvm::orc::LLJIT>& jit, const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    static_cast<void>(jit.release());
    throw;
  }
}

}  // namespace mobilith
