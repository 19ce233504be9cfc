// Floats that are rounded to bf16, by the instruction that does so.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

namespace mobilith {

// Halide writes the rounding in whole numbers (narrowed(), layout/operands.h), nine instructions a vector.
// Where `features`, LLVM's, have products of bf16, they have it as one: vcvtneps2bf16, BFCVTN. It gives the
// same bits, but for x86's numbers below 2^-126, which become zero, as they are to vdpbf16ps. Elsewhere
// nothing changes.
void round_to_bf16(llvm::Module&, const std::string& features);

}  // namespace mobilith
