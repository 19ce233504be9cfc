// From an LLVM module to an object and an archive in the platform's formats.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <vector>

#include "codegen/stack_use.h"
#include "targets/target.h"

namespace mobilith {

// Position-independent code for the target. Throws CodegenError.
std::unique_ptr<llvm::TargetMachine> target_machine(const CpuTarget&);

// Compiles the module, optimised before (optimise.h), to one object; deterministic. frames: where to add each
// function's. Throws CodegenError.
std::string emit_object(llvm::Module&, llvm::TargetMachine&, StackFrames* frames = nullptr);

struct ArchiveMember {
  std::string name, bytes;
};

// Deterministic: no times, no owners. Throws CodegenError.
std::string archive(const std::vector<ArchiveMember>&, const Platform&);

// The archive's file name: "lib<name>.a", "<name>.lib".
std::string archive_name(const std::string& library, const Platform&);

}  // namespace mobilith
