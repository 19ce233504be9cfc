// The loop whose rate is a core's peak, in LLVM's IR.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/TargetParser/Triple.h>

#include <cstdint>
#include <memory>
#include <string>

namespace mobilith {

// What a lane of 32 bits does at once in a network's products of most numbers: the form that kernels have.
enum class PeakProducts {
  floats,       // FMAs of f32; also where numbers of 16 bits are made f32 before
  brain_pairs,  // two of bf16, added up in f32: vdpbf16ps, bfdot
  bytes,        // one of 32 bits, and an addition
  byte_pairs,   // two of 16 bits, and an addition: pmaddwd
  byte_fours,   // four: vpdpbusd, sdot
};

// By Machine::bf16_products, Machine::byte_group.
constexpr PeakProducts products_of_floats(bool bf16) {
  return bf16 ? PeakProducts::brain_pairs : PeakProducts::floats;
}
constexpr PeakProducts products_of_bytes(int group) {
  return group == 4 ? PeakProducts::byte_fours : group == 2 ? PeakProducts::byte_pairs : PeakProducts::bytes;
}

// 1, 2 or 4.
int products_in_a_lane(PeakProducts);

// Chains of multiply-adds in one turn of the loop. Two units with a latency of 4 (5 on some CPUs) need 8 to
// 10 chains; 12 fit 16 registers with the two operands.
constexpr int peak_chains = 12, peak_unroll = 4;

// void peak(void *values, int64 n): n turns; values: a vector's bits, read first, written last. cpu,
// features: LLVM's names; the CPU must have the instruction. Other architectures than x86-64 and AArch64
// multiply and add.
std::unique_ptr<llvm::Module> peak_loop(llvm::LLVMContext&, const llvm::Triple&, const std::string& cpu,
                                        const std::string& features, int vector_bits, PeakProducts);

}  // namespace mobilith
