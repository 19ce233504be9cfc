// Architectures besides this machine's: code is generated for them, and runs elsewhere.
#pragma once

#include <string>

namespace mobilith {

struct ForeignArchitecture {
  const char* name;
  const char* triple;    // LLVM's
  const char* compiler;  // links the tuner's runner into a static executable
  const char* packages;  // Debian's, that have the compiler
};

inline constexpr ForeignArchitecture foreign_architectures[] = {
    {"AArch64", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc",
     "gcc-aarch64-linux-gnu and libc6-dev-arm64-cross"},
};

// The row of a triple's architecture; null: it is this machine's. Throws CodegenError where no row has it.
const ForeignArchitecture* foreign_architecture(const std::string& triple);

}  // namespace mobilith
