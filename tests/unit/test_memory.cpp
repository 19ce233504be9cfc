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
    int64_t largest_pair = 0;
    for (size_t i = 0; i < sizes.size(); i++) {
      CHECK(plan.offsets[i] % 64 == 0);
      CHECK(plan.offsets[i] + sizes[i] <= plan.bytes);
      if (i == 0) continue;
      largest_pair = std::max(largest_pair, sizes[i] + sizes[i - 1]);
      const bool before = plan.offsets[i - 1] + sizes[i - 1] <= plan.offsets[i],
                 after = plan.offsets[i] + sizes[i] <= plan.offsets[i - 1];
      CHECK((before || after));
    }
    CHECK(plan.bytes == plan.lower_bound);
    CHECK(plan.bytes <= std::max<int64_t>(largest_pair + 128,
                                          100064));  // the bound itself: 64-byte rounding of the largest pair
  }
}
