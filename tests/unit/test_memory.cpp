#include <algorithm>
#include <random>

#include "catch.h"
#include "plan/memory.h"

using namespace mobilith;

TEST_CASE("neighbouring tensors never overlap and the arena is as small as it can be") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; round++) {
    std::vector<int64_t> sizes(1 + random() % 30);
    for (int64_t& size : sizes) size = random() % 100000;
    const MemoryPlan plan = plan_memory(sizes);
    REQUIRE(plan.offsets.size() == sizes.size());
    int64_t largest_pair = 0, before_this = 0;  // of tensors that are alive together, in whole lines of 64 bytes
    for (size_t i = 0; i < sizes.size(); i++) {
      CHECK(plan.offsets[i] % 64 == 0);
      CHECK(plan.offsets[i] + sizes[i] <= plan.bytes);
      const int64_t lines = (sizes[i] + 63) / 64 * 64;
      largest_pair = std::max(largest_pair, before_this + lines);
      before_this = lines;
      if (i == 0) continue;
      const bool before = plan.offsets[i - 1] + sizes[i - 1] <= plan.offsets[i],
                 after = plan.offsets[i] + sizes[i] <= plan.offsets[i - 1];
      CHECK((before || after));
    }
    CHECK(plan.bytes == largest_pair);
    CHECK(plan.lower_bound == largest_pair);
  }
}
