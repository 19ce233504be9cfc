// The runtime, compiled for any platform without a compiler: from the bitcode that the generator carries.
#pragma once

#include <llvm/TargetParser/Triple.h>

#include <string>
#include <vector>

namespace mobilith {

// "x86_64-linux", "wasm32"...: one for each architecture and system; glibc and musl, MSVC and MinGW share
// one.
std::vector<std::string> runtime_platforms();

// The bytes of an object (ELF, Mach-O, COFF or wasm) that defines what mobilith.h declares, for the least CPU
// of the architecture: position-independent where the format tells it apart, a section for each function.
// The triple must be of the platform's architecture and system. Deterministic. Thread-safe. Throws
// CodegenError.
std::string runtime_object(const std::string& platform, const llvm::Triple&);

}  // namespace mobilith
