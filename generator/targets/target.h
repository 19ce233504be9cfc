// A CPU name, resolved: what LLVM and Halide are told, what schedules need to know, what the runtime must
// check.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string>
#include <vector>

#include "targets/machine.h"
#include "targets/numbers.h"
#include "targets/platforms.h"
#include "targets/products.h"

namespace mobilith {

struct CpuTarget {
  const Platform* platform;
  std::string cpu;        // LLVM's name, never "host"
  std::string baseline;   // LLVM's name of the architecture's least CPU: what code may use besides `features`
  std::string features;   // LLVM's, "+avx,+avx2": exactly those that the runtime can check, so that nothing
                          // else is ever used
  uint64_t required = 0;  // the same as MOBILITH_CPU_... bits
  uint64_t identity = 0;  // mobilith_variant::cpu_identity
  int vector_bits = 128;
  Machine machine;
  Halide::Target halide;

  // The instruction set that tuning records are kept by: "avx512", "avx2", "avx", "sse4.2", "sse2", "neon",
  // "rvv", "simd128".
  std::string isa() const;
  // Code for this machine's system and architecture; the CPU may still lack what it needs.
  bool native() const { return platform == &host_platform(); }
};

// cpu: a name in cpu_names(), "host", or empty: "host" on this machine's platform, the platform's default on
// others. platform: as platform() takes it; empty: the CPU's. products: sets Machine::pair_vectors. bytes:
// TargetOptions::bytes. numbers: sets Machine's fields of 16-bit numbers. Throws UnknownCpu, UnknownTarget,
// NoSuchNumbers.
CpuTarget resolve_cpu(const std::string& cpu, const std::string& platform = "",
                      Products products = Products::automatic, bool bytes = false,
                      Precision numbers = Precision::f32);

// What code may need that this machine has, of any type: MOBILITH_CPU_... bits, as CpuTarget::required.
uint64_t instructions_here();

}  // namespace mobilith
