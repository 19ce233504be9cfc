// Where activations live in the arena.
#pragma once

#include <cstdint>
#include <vector>

namespace mobilith {

// Block i reads tensor i and writes tensor i + 1; nothing else is alive while it runs.
struct MemoryPlan {
  std::vector<int64_t> offsets;  // of each tensor, bytes, multiples of 64
  int64_t bytes = 0;             // of the arena, a multiple of 64
  int64_t lower_bound = 0;       // the largest sum of two neighbouring tensors: no plan can be smaller
};

// sizes: bytes of each tensor, in order of the chain; 0 for those that live elsewhere (the caller's input and
// output).
MemoryPlan plan_memory(const std::vector<int64_t>& sizes);

}  // namespace mobilith
