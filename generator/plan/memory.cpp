#include "plan/memory.h"

#include <algorithm>

namespace mobilith {

// Neighbours alternate between the arena's two ends, so each pair fits if their sum does: the plan meets the
// lower bound exactly.
MemoryPlan plan_memory(const std::vector<int64_t>& sizes) {
  auto stored = [](int64_t bytes) { return (bytes + 63) / 64 * 64; };
  MemoryPlan plan;
  for (size_t i = 0; i < sizes.size(); i++)
    plan.lower_bound = std::max(plan.lower_bound, stored(sizes[i]) + (i > 0 ? stored(sizes[i - 1]) : 0));
  plan.bytes = plan.lower_bound;
  for (size_t i = 0; i < sizes.size(); i++)
    plan.offsets.push_back(i % 2 == 0 ? 0 : plan.bytes - stored(sizes[i]));
  return plan;
}

}  // namespace mobilith
