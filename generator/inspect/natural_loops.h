// Natural loops of a machine function, by its control flow, not its layout: a jump backward may also leave a
// loop.
#pragma once

#include <vector>

#include "inspect/disassembler.h"

namespace mobilith::inspect {

struct NaturalLoop {
  std::vector<int> code;  // positions in the function, ascending
  std::vector<int> own;   // of them, those in no loop inside this one
  int parent = -1;        // index of the smallest loop around it; -1: none
  bool innermost = true;
};

// One for each jump back to a header: an outer loop may share its inner loop's header. Ordered by their first
// position, outer loops first.
std::vector<NaturalLoop> natural_loops(const std::vector<Instruction>&);

// Positions in no loop.
std::vector<int> outside_loops(const std::vector<Instruction>&, const std::vector<NaturalLoop>&);

}  // namespace mobilith::inspect
