// The targets that the runtime is tried on, with what compiles and what runs programs for them.
#pragma once

#include <string>
#include <vector>

struct ForeignTarget {
  std::string name;
  std::vector<std::string> compiler;  // words before the sources; links static programs
  std::vector<std::string> emulator;  // words before the program; empty: this machine runs it
  std::string packages;               // Debian's, that have both
  std::string folder = ".";       // the current folder, as the program sees it
};

inline const std::vector<ForeignTarget> foreign_targets{
    {"x86_64-linux-gnu", {"gcc", "-pthread"}, {}, "gcc"},
    {"x86_64-linux-musl", {"musl-gcc", "-static"}, {}, "musl-tools"},
    {"aarch64-linux-gnu",
     {"aarch64-linux-gnu-gcc", "-static"},
     {"qemu-aarch64"},
     "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"},
    {"riscv64-linux-gnu",
     {"riscv64-linux-gnu-gcc", "-static"},
     {"qemu-riscv64"},
     "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross qemu-user"},
    {"x86_64-windows-gnu",
     {"x86_64-w64-mingw32-gcc", "-static"},
     {"wine"},
     "gcc-mingw-w64-x86-64 wine64 wine"},
    {"wasm32-wasi",
     {"clang-22", "--target=wasm32-wasi", "-Wno-deprecated"},
     {"node", "--no-warnings", MOBILITH_SOURCE "/tests/runtime/portable/wasi.mjs"},
     "clang-22 lld-22 wasi-libc libclang-rt-22-dev-wasm32; and Node 20",
     "/"},
};
