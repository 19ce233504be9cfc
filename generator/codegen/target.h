// A CPU name, resolved: what LLVM and Halide are told, what schedules need to know, what the runtime must
// check.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/machine.h"

namespace mobilith {

struct CpuTarget {
  std::string cpu;  // LLVM's name, never "host"
  std::string triple;
  std::string features;   // LLVM's, "+avx,+avx2": exactly those that the runtime can check, so that nothing
                          // else is ever used
  uint64_t required = 0;  // the same as MOBILITH_CPU_... bits
  int vector_bits = 128;
  Machine machine;
  Halide::Target halide;

  // The widest instruction set that kernels may use: "avx512", "avx2", "avx", "sse4.2", "sse2", "neon".
  // Tuning records are kept by it.
  std::string isa() const;
};

// `cpu`: "host" or a name in cpu_names(). Throws UnknownCpu for another.
CpuTarget resolve_cpu(const std::string& cpu);

}  // namespace mobilith
