// LLVM's parts for the architectures that we compile for.
#pragma once

#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Triple.h>

#include <memory>
#include <string>
#include <vector>

namespace mobilith {

// Registers the architectures that we compile for, and no others, so that a program with LLVM inside carries
// those alone. From any thread, any number of times.
void initialise_llvm();

// Calls initialise_llvm(). Throws CodegenError where LLVM was built without the architecture.
const llvm::Target& llvm_target(const llvm::Triple&);

// The features of a CPU: LLVM's name, or empty for the architecture alone.
std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const llvm::Triple&, const std::string& cpu);

// What subtargets know a CPU by: some names are second names ("apple-m1").
std::string main_name(const llvm::Triple&, const std::string& cpu);

// All names of the architecture's CPUs, second names among them; in no order.
std::vector<std::string> llvm_cpu_names(const llvm::Triple&);

// 64-bit where the architecture has both; on RISC-V with vectors, or a generic name, for which they are
// assumed.
bool can_run_kernels(const llvm::MCSubtargetInfo&);

}  // namespace mobilith
