// Facts about CPUs that LLVM does not tell in the form we need.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string_view>

#include "mobilith_abi.h"

namespace mobilith {

// An instruction set: LLVM's name, the runtime's bit, Halide's feature (FeatureEnd: Halide need not know).
struct CpuFeature {
  const char* llvm;
  uint64_t bit;
  Halide::Target::Feature halide;
};

inline constexpr Halide::Target::Feature unknown_to_halide = Halide::Target::FeatureEnd;

inline constexpr CpuFeature x86_features[] = {
    {"sse3", MOBILITH_CPU_SSE3, unknown_to_halide},
    {"ssse3", MOBILITH_CPU_SSSE3, unknown_to_halide},
    {"sse4.1", MOBILITH_CPU_SSE41, Halide::Target::SSE41},
    {"sse4.2", MOBILITH_CPU_SSE42, unknown_to_halide},
    {"popcnt", MOBILITH_CPU_POPCNT, unknown_to_halide},
    {"avx", MOBILITH_CPU_AVX, Halide::Target::AVX},
    {"f16c", MOBILITH_CPU_F16C, Halide::Target::F16C},
    {"fma", MOBILITH_CPU_FMA, Halide::Target::FMA},
    {"avx2", MOBILITH_CPU_AVX2, Halide::Target::AVX2},
    {"bmi", MOBILITH_CPU_BMI, unknown_to_halide},
    {"bmi2", MOBILITH_CPU_BMI2, unknown_to_halide},
    {"lzcnt", MOBILITH_CPU_LZCNT, unknown_to_halide},
    {"movbe", MOBILITH_CPU_MOVBE, unknown_to_halide},
    {"avx512f", MOBILITH_CPU_AVX512F, unknown_to_halide},
    {"avx512cd", MOBILITH_CPU_AVX512CD, unknown_to_halide},
    {"avx512dq", MOBILITH_CPU_AVX512DQ, unknown_to_halide},
    {"avx512bw", MOBILITH_CPU_AVX512BW, unknown_to_halide},
    {"avx512vl", MOBILITH_CPU_AVX512VL, unknown_to_halide},
};

inline constexpr CpuFeature aarch64_features[] = {
    {"neon", MOBILITH_CPU_NEON, unknown_to_halide},
};

// RV64GC is what every system of the architecture has. Vectors of at least 128 bits come with V; longer ones:
// riscv_vectors.
inline constexpr CpuFeature riscv_features[] = {
    {"m", 0, unknown_to_halide}, {"a", 0, unknown_to_halide}, {"f", 0, unknown_to_halide},
    {"d", 0, unknown_to_halide}, {"c", 0, unknown_to_halide}, {"v", MOBILITH_CPU_RVV, unknown_to_halide},
};

// A browser compiles a module whole or not at all: nothing is left to check when a session is made.
inline constexpr CpuFeature wasm_features[] = {
    {"simd128", 0, Halide::Target::WasmSimd128},
    {"bulk-memory", 0, Halide::Target::WasmBulkMemory},
    {"sign-ext", 0, unknown_to_halide},
    {"nontrapping-fptoint", 0, unknown_to_halide},
};

// Features that kernels do without, but that tell one CPU from another: a library for several CPUs prefers
// the kernels of the CPU whose features are all there.
struct IdentityFeature {
  const char* llvm;
  uint64_t bit;
};

inline constexpr IdentityFeature x86_identity[] = {
    {"avx512vnni", MOBILITH_CPU_AVX512VNNI},   {"avxvnni", MOBILITH_CPU_AVXVNNI},
    {"avx512bf16", MOBILITH_CPU_AVX512BF16},   {"avx512fp16", MOBILITH_CPU_AVX512FP16},
    {"avx512vbmi", MOBILITH_CPU_AVX512VBMI},   {"avx512ifma", MOBILITH_CPU_AVX512IFMA},
    {"avx512vbmi2", MOBILITH_CPU_AVX512VBMI2}, {"amx-tile", MOBILITH_CPU_AMXTILE},
};

inline constexpr IdentityFeature aarch64_identity[] = {
    {"dotprod", MOBILITH_CPU_DOTPROD},
    {"fullfp16", MOBILITH_CPU_FP16},
};

// What code may assume of the length of RISC-V's vectors; code for shorter ones runs on longer ones.
struct RiscvVectors {
  const char* llvm;
  int bits;
  uint64_t bit;
};

inline constexpr RiscvVectors riscv_vectors[] = {
    {"zvl512b", 512, MOBILITH_CPU_ZVL256 | MOBILITH_CPU_ZVL512},
    {"zvl256b", 256, MOBILITH_CPU_ZVL256},
    {"zvl128b", 128, 0},
};

// What schedules differ by; the first row whose bits are all there.
struct InstructionSet {
  const char* name;
  uint64_t bits;
};

inline constexpr InstructionSet instruction_sets[] = {
    {"avx512", MOBILITH_CPU_AVX512F | MOBILITH_CPU_AVX512CD | MOBILITH_CPU_AVX512DQ | MOBILITH_CPU_AVX512BW |
                   MOBILITH_CPU_AVX512VL},
    {"avx2", MOBILITH_CPU_AVX2 | MOBILITH_CPU_FMA},
    {"avx", MOBILITH_CPU_AVX},
    {"sse4.2", MOBILITH_CPU_SSE42},
    {"neon", MOBILITH_CPU_NEON},
    {"rvv", MOBILITH_CPU_RVV},
};

// Data caches that one core has to itself, by the beginning of LLVM's CPU name; the first row that fits. From
// the vendors' manuals.
struct CpuCaches {
  std::string_view prefix;
  int64_t l1, l2;
};

inline constexpr CpuCaches cpu_caches[] = {
    {"znver4", 32 << 10, 1 << 20},
    {"znver5", 48 << 10, 1 << 20},
    {"znver", 32 << 10, 512 << 10},
    {"sapphirerapids", 48 << 10, 2 << 20},
    {"emeraldrapids", 48 << 10, 2 << 20},
    {"graniterapids", 48 << 10, 2 << 20},
    {"icelake-server", 48 << 10, 1280 << 10},
    {"icelake", 48 << 10, 512 << 10},
    {"tigerlake", 48 << 10, 1280 << 10},
    {"alderlake", 48 << 10, 1280 << 10},
    {"raptorlake", 48 << 10, 2 << 20},
    {"skylake-avx512", 32 << 10, 1 << 20},
    {"cascadelake", 32 << 10, 1 << 20},
    {"cooperlake", 32 << 10, 1 << 20},
    {"haswell", 32 << 10, 256 << 10},
    {"broadwell", 32 << 10, 256 << 10},
    {"skylake", 32 << 10, 256 << 10},
    {"x86-64-v4", 32 << 10, 1 << 20},
    {"neoverse-n1", 64 << 10, 1 << 20},
    {"neoverse-v", 64 << 10, 1 << 20},
    {"neoverse-n2", 64 << 10, 1 << 20},
    {"apple-m", 128 << 10, 4 << 20},
    {"cortex-x", 64 << 10, 1 << 20},
    {"cortex-a5", 32 << 10, 256 << 10},
    {"", 32 << 10, 512 << 10},
};

// Where pairing products pays (products/winograd.h): CPUs whose additions run beside FMAs, with
// 512-bit vectors. vectors: Machine::pair_vectors. znver4 loads two broadcasts in the time of an FMA, one
// for each addition; but into a register, a broadcast takes a turn of the additions' units. znver5 loads one
// in the time of an FMA, so that additions must share them. Measured in inner loops: 1.5 times the FMA peak
// on znver4, 1.44 on znver5. Not here: znver3 and older, and AVX2 code of any (no gain was found).
struct PairedCpu {
  std::string_view cpu;
  int vectors;
};

inline constexpr PairedCpu paired_cpus[] = {{"znver4", 1}, {"znver5", 2}};

// Machine::streams. Measured: V2 0.35-96's head 55 us without, 46 with (znver5); elsewhere not yet.
inline constexpr std::string_view streaming_cpus[] = {"znver5"};

// Whose tuning records a CPU may use where it has none of its own, nearest first. A record for another
// instruction set or vector is never used, so a row may name CPUs of several.
struct CpuFamily {
  std::string_view cpu, relatives;
};

inline constexpr CpuFamily cpu_families[] = {
    {"znver1", "znver2 znver3 haswell"},
    {"znver2", "znver3 znver1 haswell"},
    {"znver3", "znver2 znver1 alderlake haswell"},
    {"znver4", "znver5 icelake-server sapphirerapids skylake-avx512 x86-64-v4 znver3"},
    {"znver5", "znver4 sapphirerapids emeraldrapids icelake-server x86-64-v4"},
    {"haswell", "broadwell skylake alderlake znver2"},
    {"broadwell", "haswell skylake alderlake znver2"},
    {"skylake", "broadwell haswell alderlake znver3"},
    {"alderlake", "raptorlake meteorlake skylake znver3"},
    {"raptorlake", "alderlake meteorlake skylake znver3"},
    {"meteorlake", "raptorlake alderlake skylake znver3"},
    {"skylake-avx512", "cascadelake cooperlake x86-64-v4 icelake-server sapphirerapids"},
    {"cascadelake", "skylake-avx512 cooperlake x86-64-v4 icelake-server sapphirerapids"},
    {"cooperlake", "cascadelake skylake-avx512 x86-64-v4 icelake-server sapphirerapids"},
    {"icelake-client", "tigerlake rocketlake icelake-server sapphirerapids cascadelake"},
    {"rocketlake", "icelake-client tigerlake icelake-server sapphirerapids cascadelake"},
    {"tigerlake", "icelake-server icelake-client rocketlake sapphirerapids cascadelake"},
    {"icelake-server", "tigerlake sapphirerapids emeraldrapids cascadelake skylake-avx512 x86-64-v4"},
    {"sapphirerapids", "emeraldrapids graniterapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {"emeraldrapids", "sapphirerapids graniterapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {"graniterapids", "emeraldrapids sapphirerapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {"x86-64-v3", "znver3 haswell skylake znver2 broadwell alderlake"},
    {"x86-64-v4", "skylake-avx512 cascadelake znver4 icelake-server sapphirerapids"},
};

}  // namespace mobilith
