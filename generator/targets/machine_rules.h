// What schedules do on a CPU, by rules from its facts. No rule knows a CPU's name.
#pragma once

#include "targets/cpus.h"
#include "targets/machine.h"
#include "targets/products.h"

namespace mobilith {

// What an instruction set gives to kernels.
struct Vectors {
  int bits = 128;
  int registers = 16;
  bool broadcast_operand = false;  // Machine::broadcast_operand
  bool element_operand = false;    // Machine::element_operand
  bool byte_shuffles = true;       // Machine::byte_shuffles
  bool fused = true;               // Machine::fused
  bool vector_operand = true;      // Machine::vector_operand
};

// Paired products do four FMAs and four additions where others do six FMAs. A gain where as many additions as
// FMAs run beside them.
bool additions_are_free(const CpuFacts&);

// Tiles of one vector: all their six inputs are broadcast operands, of the four FMAs and four additions, and
// many registers hold their sums.
bool narrow_pairs_gain(const Vectors&, const CpuFacts&);

// Tiles of two vectors and more: broadcasts in registers are shared. With 10 x 2, the largest that 32
// registers hold, nine tenths of a load for each FMA; with 4 x 2, of 16 registers, nine eighths, and 1.24
// times the FMA peak is left of 1.5 (code for znver3 on znver4).
bool wide_pairs_gain(const CpuFacts&);

// Machine::pair_vectors. Where pairs gain in both forms, the one with fewer loads; where the user asks for
// pairs that gain in none, the one that wants fewer registers.
int pair_vectors(const Vectors&, const CpuFacts&, Products);

// Units of 256 bits run vectors of 512 in two halves: one FMA of those a cycle is two of 256 bits.
bool halves_vectors(const Vectors&, const CpuFacts&);

Machine machine_of(const Vectors&, const CpuFacts&, Products = Products::automatic);

}  // namespace mobilith
