#include "bench/jit.h"

#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>

#include "bench/loaded_library.h"

namespace mobilith {

std::unique_ptr<llvm::orc::LLJIT> make_jit() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  auto jit = llvm::orc::LLJITBuilder()
                 .setObjectLinkingLayerCreator([](llvm::orc::ExecutionSession& session) {
                   return std::make_unique<llvm::orc::ObjectLinkingLayer>(session);
                 })
                 .create();
  if (!jit) throw LoadError("LLVM's JIT is not available here: " + llvm::toString(jit.takeError()));
  return std::move(*jit);
}

}  // namespace mobilith
