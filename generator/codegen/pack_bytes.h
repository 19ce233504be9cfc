// Sums of whole numbers to bytes by x86's saturating packs.
#pragma once

#include <llvm/IR/Module.h>

namespace mobilith {

struct CpuTarget;

// Where vectors of 32-bit numbers are cut to bytes, trunc(min(max(n, a), b)) with a and b within 0..255,
// packs do it four registers at a time: 32 to 16 bits, 16 to 8, both saturated, minimum and maximum of bytes,
// and one shuffle that brings the parts to their places. Each gives the same byte as before, of any n.
// Of an n that is nearest(x) and a zero point, of an x that is near (algorithms/rescale.h), one conversion
// makes the whole number, and the zero point is added to 16 bits.
// target: whose vectors; nothing is done where it has no such instructions.
void pack_bytes(llvm::Module&, const CpuTarget& target);

}  // namespace mobilith
