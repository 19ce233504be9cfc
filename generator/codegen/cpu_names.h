// LLVM's CPU names, of this machine's architecture and of others, and what LLVM knows about each.
#pragma once

#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/TargetParser/Triple.h>

#include <memory>
#include <string>

namespace mobilith {

// Whose name this is; this machine's where several architectures have it ("generic"). Throws UnknownCpu.
llvm::Triple triple_of(const std::string& cpu);

// The features of a CPU in triple_of(cpu). Throws CodegenError where LLVM was built without the architecture.
std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const llvm::Triple&, const std::string& cpu);

}  // namespace mobilith
