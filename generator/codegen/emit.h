// From an LLVM module to an archive.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>

#include "codegen/target.h"

namespace mobilith {

// Position-independent code for the target. Throws CodegenError.
std::unique_ptr<llvm::TargetMachine> target_machine(const CpuTarget&);

// Optimises the module and compiles it to one object in one archive; deterministic. `member`: the object's
// name in the archive.
std::string emit_archive(llvm::Module&, llvm::TargetMachine&, const std::string& member);

}  // namespace mobilith
