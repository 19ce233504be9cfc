// What the instructions of a loop do: multiply-adds, loads, stores, spills, moves, registers.
#pragma once

#include <vector>

#include "inspect/disassembler.h"

namespace mobilith::inspect {

struct LoopCounts {
  bool accumulates = true;  // writes nothing but spills: its results stay in registers
  int bits = 0;             // the vectors of most FMAs
  int fmas = 0;
  int loads = 0, stores = 0;  // vector instructions with a memory operand, broadcasts and spills included
  int spills = 0;             // those of them that read or write the stack frame
  int moves = 0;              // from one vector register to another
  int registers = 0;          // distinct vector registers
};

// function: all of it, which says what points to the frame; positions: those to count. Throws InspectError
// for an architecture that has no row in the table.
LoopCounts count(const Disassembler&, const std::vector<Instruction>& function,
                 const std::vector<int>& positions);

// Positions of the multiply-adds.
std::vector<int> fma_positions(const Disassembler&, const std::vector<Instruction>& function,
                               const std::vector<int>& positions);

}  // namespace mobilith::inspect
