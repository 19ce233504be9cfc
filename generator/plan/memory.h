// Where activations live in the arena.
#pragma once

#include <cstdint>
#include <vector>

namespace mobilith {

// A tensor and the steps that need it: the one that writes it is the first, the last one that reads it the
// last.
struct Lifetime {
  int64_t bytes = 0;  // 0: it lives elsewhere
  int first = 0, last = 0;
  bool meets(const Lifetime& other) const { return first <= other.last && other.first <= last; }
};

// No two tensors that are alive during one step overlap.
struct MemoryPlan {
  std::vector<int64_t> offsets;  // of each tensor, bytes, multiples of 64
  int64_t bytes = 0;             // of the arena, a multiple of 64
  int64_t lower_bound = 0;       // the most that is alive during one step: no plan can be smaller
};

// Meets the lower bound where never more than two tensors are alive, as in a chain of blocks. Where there are
// more, it is the best of several orders: not always the smallest plan that there is. Deterministic.
MemoryPlan plan_memory(const std::vector<Lifetime>&);

}  // namespace mobilith
