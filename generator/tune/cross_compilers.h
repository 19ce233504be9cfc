// C compilers that link the tuner's runner into a static executable for another architecture than this
// machine's.
#pragma once

namespace mobilith::tune {

struct CrossCompiler {
  const char* platform;  // Platform::name
  const char* command;
  const char* packages;  // Debian's, that have it
};

inline constexpr CrossCompiler cross_compilers[] = {
    {"aarch64-linux-gnu", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu and libc6-dev-arm64-cross"},
    {"riscv64-linux-gnu", "riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu and libc6-dev-riscv64-cross"},
};

}  // namespace mobilith::tune
