// Which x86 levels this machine's CPU has, and what else could run them.
#pragma once

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "process.h"

namespace mobilith::targets {

// LLVM's names of CPUs whose kernels this CPU runs: x86-64-v4's are all that sapphirerapids's kernels need.
inline bool cpu_runs([[maybe_unused]] const std::string& cpu) {
#ifdef __x86_64__
  if (cpu == "x86-64-v2") return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  if (cpu == "x86-64-v3" || cpu == "znver3")
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

// The CPU that MOBILITH_TEST_CPU names: one ctest for each, so that one that can't run hides no other.
inline std::string cpu_under_test() {
  const char* cpu = std::getenv("MOBILITH_TEST_CPU");
  if (!cpu) throw std::runtime_error("MOBILITH_TEST_CPU: expected a CPU's name");
  return cpu;
}

// Whether this is one, by everything that tells it from others, as Linux lists it.
inline bool cpu_is_sapphirerapids() {
  const std::string listed = read_text("/proc/cpuinfo");
  for (const char* flag : {"avx512_vnni", "avx_vnni", "avx512_bf16", "avx512_fp16", "avx512vbmi",
                           "avx512ifma", "avx512_vbmi2", "amx_tile"})
    if (listed.find(" " + std::string(flag)) == std::string::npos) return false;
  return true;
}

// Whether this is AMD's Zen or a later one, as Linux lists it.
inline bool cpu_is_zen() { return read_text("/proc/cpuinfo").find(" clzero") != std::string::npos; }

// Words before a program that needs this CPU: none here, or an emulator's; nothing where neither runs it.
// qemu 7.2 emulates AVX2, and no AVX-512.
inline std::optional<std::vector<std::string>> words_to_run(const std::string& cpu) {
  if (cpu_runs(cpu)) return std::vector<std::string>{};
  const bool emulated = cpu == "x86-64-v2" || cpu == "x86-64-v3";
  if (emulated && run_process({"qemu-x86_64", "--version"}).code == 0)
    return std::vector<std::string>{"qemu-x86_64", "-cpu", "max"};
  return std::nullopt;
}

}  // namespace mobilith::targets
