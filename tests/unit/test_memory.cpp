#include <algorithm>
#include <random>

#include "catch.h"
#include "plan/memory.h"

namespace test_memory {

using namespace mobilith;

namespace {

using Random = std::mt19937;

// Tensor i is written by step i - 1 and read by step i.
std::vector<Lifetime> chain(const std::vector<int64_t>& sizes) {
  std::vector<Lifetime> tensors;
  for (int i = 0; i < static_cast<int>(sizes.size()); i++)
    tensors.push_back(
        {sizes[i], std::max(i - 1, 0), std::min(i, std::max(static_cast<int>(sizes.size()) - 2, 0))});
  return tensors;
}

// Any tensors of any steps, a few of them without bytes, some read long after they are written.
std::vector<Lifetime> random_tensors(Random& random, int steps) {
  std::vector<Lifetime> tensors;
  for (int step = 0; step < steps; step++)
    for (unsigned i = 0; i < random() % 3; i++) {
      const int last = random() % 4 == 0 ? static_cast<int>(step + random() % (steps - step))
                                         : std::min(step + 1, steps - 1);
      tensors.push_back({random() % 8 == 0 ? 0 : static_cast<int64_t>(random() % 100000), step, last});
    }
  std::shuffle(tensors.begin(), tensors.end(), random);
  return tensors;
}

int64_t stored(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Step by step, byte by byte of 64: nobody's bytes are another's. Returns the most that is alive at once.
int64_t check_every_step(const std::vector<Lifetime>& tensors, const MemoryPlan& plan, int steps) {
  REQUIRE(plan.offsets.size() == tensors.size());
  int64_t most = 0;
  bool apart = true;
  for (int step = 0; step < steps; step++) {
    std::vector<bool> taken(plan.bytes / 64);
    int64_t alive = 0;
    for (size_t i = 0; i < tensors.size(); i++) {
      if (step < tensors[i].first || step > tensors[i].last) continue;
      alive += stored(tensors[i].bytes);
      for (int64_t at = plan.offsets[i]; at < plan.offsets[i] + tensors[i].bytes; at += 64) {
        apart = apart && at % 64 == 0 && at >= 0 && at + 64 <= plan.bytes && !taken[at / 64];
        if (apart) taken[at / 64] = true;
      }
    }
    most = std::max(most, alive);
  }
  CHECK(apart);
  CHECK(plan.lower_bound == most);
  return most;
}

}  // namespace

TEST_CASE("neighbouring tensors never overlap and the arena is as small as it can be") {
  Random random(7);
  for (int round = 0; round < 500; round++) {
    std::vector<int64_t> sizes(1 + random() % 30);
    for (int64_t& size : sizes) size = random() % 100000;
    const MemoryPlan plan = plan_memory(chain(sizes));
    const int64_t most = check_every_step(chain(sizes), plan, static_cast<int>(sizes.size()));
    int64_t largest_pair = stored(sizes[0]);
    for (size_t i = 1; i < sizes.size(); i++)
      largest_pair = std::max(largest_pair, stored(sizes[i]) + stored(sizes[i - 1]));
    CHECK(plan.bytes == largest_pair);
    CHECK(most == largest_pair);
  }
}

TEST_CASE("of tensors that live as long as they like none overlaps another that is alive") {
  Random random(11);
  int smallest = 0, rounds = 400;
  for (int round = 0; round < rounds; round++) {
    const int steps = static_cast<int>(1 + random() % 20);
    const std::vector<Lifetime> tensors = random_tensors(random, steps);
    const MemoryPlan plan = plan_memory(tensors);
    const int64_t most = check_every_step(tensors, plan, steps);
    CHECK(plan.bytes >= most);
    CHECK(plan.bytes <= most + most / 2);  // measured: at most a third more
    smallest += plan.bytes == most;
  }
  CHECK(smallest > rounds / 2);
}

TEST_CASE("where pairs alone are alive, however long, the bound is met") {
  Random random(13);
  for (int round = 0; round < 200; round++) {
    // One tensor lives for some steps while others come and go beside it.
    std::vector<Lifetime> tensors;
    int step = 0;
    for (unsigned group = 0; group < 1 + random() % 5; group++) {
      const int length = static_cast<int>(1 + random() % 6);
      tensors.push_back({static_cast<int64_t>(random() % 100000), step, step + length - 1});
      for (int i = 0; i < length; i++)
        tensors.push_back({static_cast<int64_t>(random() % 100000), step + i, step + i});
      step += length;
    }
    std::shuffle(tensors.begin(), tensors.end(), random);
    const MemoryPlan plan = plan_memory(tensors);
    CHECK(plan.bytes == check_every_step(tensors, plan, step));
  }
}

TEST_CASE("no tensors take no memory, and the same tensors the same places") {
  CHECK(plan_memory({}).bytes == 0);
  Random random(17);
  const std::vector<Lifetime> tensors = random_tensors(random, 12);
  CHECK(plan_memory(tensors).offsets == plan_memory(tensors).offsets);
}

}  // namespace test_memory
