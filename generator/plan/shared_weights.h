// One block of weights for several plans of one network.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"

namespace mobilith {

// A packed constant that a plan could not share with the plans before it.
struct OwnWeights {
  std::string block;
  int operand;  // of its step
  int64_t bytes;
};

struct SharedWeights {
  std::string bytes;                         // each constant 64-byte aligned; a multiple of 64
  std::vector<std::vector<OwnWeights>> own;  // of each plan but the first
};

// The first plan's weights as they are, then what the others pack in another way; equal constants are there
// once. Rewrites the offsets of the plans' operands and empties their own weights.
SharedWeights share_weights(std::vector<Plan>&);

}  // namespace mobilith
