// Where libraries run: the operating systems and architectures that `--target` takes.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace mobilith {

struct Platform {
  const char* name;         // as --target takes it
  const char* triple;       // LLVM's
  const char* runtime;      // the compiled runtime that fits: bundled_runtime.h
  const char* default_cpu;  // where --cpu is silent
  const char* tested;       // how, for people; docs/manual/targets.md has the whole table
};

inline constexpr Platform platforms[] = {
    {"x86_64-linux-gnu", "x86_64-unknown-linux-gnu", "x86_64-linux", "x86-64-v3",
     "run: here, x86-64-v2 to sapphirerapids where the CPU has them"},
    {"x86_64-linux-musl", "x86_64-unknown-linux-musl", "x86_64-linux", "x86-64-v3", "run: static, musl"},
    {"x86_64-macos", "x86_64-apple-macosx11.0.0", "x86_64-macos", "x86-64-v3",
     "linked by ld64.lld against a stub"},
    {"x86_64-windows-msvc", "x86_64-pc-windows-msvc", "x86_64-windows", "x86-64-v3",
     "linked by lld-link against a stub"},
    {"x86_64-windows-gnu", "x86_64-w64-windows-gnu", "x86_64-windows", "x86-64-v3",
     "run: wine; linked by lld-link against a stub"},
    {"aarch64-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-linux", "generic", "run: qemu-aarch64"},
    {"aarch64-linux-musl", "aarch64-unknown-linux-musl", "aarch64-linux", "generic", "linked by ld.lld"},
    {"aarch64-macos", "arm64-apple-macosx11.0.0", "aarch64-macos", "apple-m1",
     "linked by ld64.lld against a stub"},
    {"aarch64-windows-msvc", "aarch64-pc-windows-msvc", "aarch64-windows", "generic",
     "linked by lld-link against a stub"},
    {"riscv64-linux-gnu", "riscv64-unknown-linux-gnu", "riscv64-linux", "generic-rv64",
     "run: qemu-riscv64, vectors of 128, 256 and 512 bits"},
    {"riscv64-linux-musl", "riscv64-unknown-linux-musl", "riscv64-linux", "generic-rv64", "linked by ld.lld"},
    {"wasm32-wasi", "wasm32-unknown-wasi", "wasm32", "generic", "run: Node and Chromium"},
};

// The one that the generator runs on: its runtime's archive is inside the generator.
const Platform& host_platform();

// A row by its name, or by any triple that LLVM reads as one of the rows ("aarch64-apple-darwin"). Throws
// UnknownTarget, with near names.
const Platform& platform(const std::string& name);

// The first row whose architecture has a CPU of this name, this machine's first. Throws UnknownCpu.
const Platform& platform_of_cpu(const std::string& cpu);

// LLVM's names of the CPUs that --cpu takes for this platform, "host" not included; sorted.
std::vector<std::string> cpu_names(const Platform&);

// Code for the one architecture means something on the other: same instructions.
bool same_architecture(const Platform&, const Platform&);

}  // namespace mobilith
