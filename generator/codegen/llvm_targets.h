// LLVM's parts for the architectures that we compile for.
#pragma once

#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Triple.h>

#include <memory>
#include <string>

namespace mobilith {

// Registered on the first call. Throws CodegenError where LLVM was built without the architecture.
const llvm::Target& llvm_target(const llvm::Triple&);

// The features of a CPU: LLVM's name, or empty for the architecture alone.
std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const llvm::Triple&, const std::string& cpu);

// 64-bit where the architecture has both; on RISC-V with vectors, or a generic name, for which they are
// assumed.
bool can_run_kernels(const llvm::MCSubtargetInfo&);

}  // namespace mobilith
