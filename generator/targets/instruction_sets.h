// Instruction sets that kernels use: their features, and the vectors that they give.
#pragma once

#include <Halide.h>

#include <cstdint>
#include <string_view>

#include "mobilith_abi.h"
#include "targets/machine_rules.h"

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
// riscv_lengths.
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

// What kernels of whole numbers use besides, where the CPU has it: products of bytes whose sum goes to 32
// bits, and shuffles of bytes.
inline constexpr CpuFeature x86_byte_features[] = {
    {"avx512vnni", MOBILITH_CPU_AVX512VNNI, Halide::Target::AVX512_SapphireRapids},
    {"avx512vbmi", MOBILITH_CPU_AVX512VBMI, unknown_to_halide},
    // Halide writes its instruction where it is told of AVX-512's: codegen/split_wide_calls.h.
    {"avxvnni", MOBILITH_CPU_AVXVNNI, Halide::Target::AVX512_Zen4},
};

// Halide need not know: layout/instructions.h.
inline constexpr CpuFeature aarch64_byte_features[] = {
    {"dotprod", MOBILITH_CPU_DOTPROD, unknown_to_halide},
    {"i8mm", MOBILITH_CPU_I8MM, unknown_to_halide},
};

// Products of bf16 whose sums are f32.
inline constexpr CpuFeature x86_bf16_features[] = {
    {"avx512bf16", MOBILITH_CPU_AVX512BF16, Halide::Target::AVX512_SapphireRapids},
};

inline constexpr CpuFeature aarch64_bf16_features[] = {
    {"bf16", MOBILITH_CPU_BF16, unknown_to_halide},
};

// Products of f16 whose sums are f32. LLVM's feature has arithmetic in f16 within it.
inline constexpr CpuFeature aarch64_f16_features[] = {
    {"fp16fml", MOBILITH_CPU_FHM | MOBILITH_CPU_FP16, unknown_to_halide},
};

// Machine::byte_group: of the first row whose bits are all there.
struct ByteProducts {
  uint64_t bits;
  int group;
  bool wide = false;        // Machine::wide_products
  bool elements = false;    // Machine::byte_elements
  bool like_signs = false;  // Machine::like_signs
  bool pairs = false;       // Machine::byte_pairs
};

inline constexpr ByteProducts x86_byte_products[] = {{MOBILITH_CPU_AVX512VNNI, 4},
                                                     {MOBILITH_CPU_AVXVNNI, 4},
                                                     {.bits = MOBILITH_CPU_AVX2, .group = 2, .pairs = true},
                                                     {0, 2}};
inline constexpr ByteProducts aarch64_byte_products[] = {
    {.bits = MOBILITH_CPU_I8MM, .group = 4, .elements = true},
    {.bits = MOBILITH_CPU_DOTPROD, .group = 4, .elements = true, .like_signs = true},
    {.bits = 0, .group = 1}};
inline constexpr ByteProducts wasm_byte_products[] = {{0, 2}};
inline constexpr ByteProducts riscv_byte_products[] = {{0, 1, true}};  // asked for x86: riscv_sets

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
    {"clzero", MOBILITH_CPU_CLZERO},
};

inline constexpr IdentityFeature aarch64_identity[] = {
    {"dotprod", MOBILITH_CPU_DOTPROD},
    {"fullfp16", MOBILITH_CPU_FP16},
};

// What code may assume of the length of vectors, where the instruction set leaves it open; code for shorter
// ones runs on longer ones. The first row that the CPU has; the last, where it says nothing.
struct VectorLength {
  const char* llvm;
  uint64_t bits;
};

inline constexpr VectorLength riscv_lengths[] = {
    {"zvl512b", MOBILITH_CPU_ZVL256 | MOBILITH_CPU_ZVL512},
    {"zvl256b", MOBILITH_CPU_ZVL256},
    {"zvl128b", 0},
};

// What schedules differ by. An architecture's table ends with what all of its CPUs have; the first row whose
// bits are all there.
struct InstructionSet {
  const char* name;  // that tuning records are kept by
  uint64_t bits;
  Vectors vectors;
  // Besides those of the features. RISC-V: Halide's own code runs on vectors of one length alone. Asked for
  // x86 it writes vectors of fixed size and nothing that only x86 has (close_kernel.cpp looks), which LLVM
  // puts into vectors of any length from there up.
  Halide::Target::Feature halide[2] = {unknown_to_halide, unknown_to_halide};
};

inline constexpr uint64_t avx512_bits = MOBILITH_CPU_AVX512F | MOBILITH_CPU_AVX512CD | MOBILITH_CPU_AVX512DQ |
                                        MOBILITH_CPU_AVX512BW | MOBILITH_CPU_AVX512VL;

inline constexpr InstructionSet x86_sets[] = {
    {"avx512",
     avx512_bits,
     {.bits = 512, .registers = 32, .broadcast_operand = true},
     {Halide::Target::AVX512, Halide::Target::AVX512_Skylake}},
    {"avx2", MOBILITH_CPU_AVX2 | MOBILITH_CPU_FMA, {.bits = 256, .registers = 16}},
    {"avx", MOBILITH_CPU_AVX, {.bits = 256, .registers = 16, .fused = false}},
    {"sse4.2", MOBILITH_CPU_SSE42, {.bits = 128, .registers = 16, .fused = false}},
    {"sse2", 0, {.bits = 128, .registers = 16, .byte_shuffles = false, .fused = false}},
};

inline constexpr InstructionSet aarch64_sets[] = {
    {"neon",
     0,
     {.bits = 128,
      .registers = 32,
      .broadcast_operand = true,
      .element_operand = true,
      .vector_operand = false}},
};

inline constexpr InstructionSet riscv_sets[] = {
    {"rvv",
     MOBILITH_CPU_ZVL512,
     {.bits = 512,
      .registers = 32,
      .broadcast_operand = true,
      .byte_shuffles = false,
      .vector_operand = false},
     {Halide::Target::AVX512, Halide::Target::AVX512_Skylake}},
    {"rvv",
     MOBILITH_CPU_ZVL256,
     {.bits = 256,
      .registers = 32,
      .broadcast_operand = true,
      .byte_shuffles = false,
      .vector_operand = false},
     {Halide::Target::AVX, unknown_to_halide}},
    {"rvv",
     0,
     {.bits = 128,
      .registers = 32,
      .broadcast_operand = true,
      .byte_shuffles = false,
      .vector_operand = false}},
};

inline constexpr InstructionSet wasm_sets[] = {
    {"simd128", 0, {.bits = 128, .registers = 16, .fused = false}},
};

}  // namespace mobilith
