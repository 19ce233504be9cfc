// Which schedules the tuner tries, and in which order.
#include <algorithm>
#include <iterator>
#include <set>

#include "catch.h"
#include "plan/block_kernel.h"
#include "property/random_case.h"
#include "targets/target.h"
#include "tune/search.h"

namespace test_candidates {

using namespace mobilith;
using namespace mobilith::tune;

namespace {

// The last two are those whose records are committed.
const Machine machines[] = {{8, 16, false, 32 << 10, 512 << 10},
                            {16, 32, true, 48 << 10, 2 << 20},
                            resolve_cpu("znver4").machine,
                            resolve_cpu("znver5").machine};
constexpr int machine_count = std::size(machines);

// Calls check(kernel, machine) for some random kernels, on each machine.
template <typename Check>
void for_some_kernels(int count, const Check& check) {
  for (int i = 0; i < count; i++) {
    std::mt19937_64 random(property::seed() + static_cast<uint64_t>(i));
    const Network network = property::random_block(random);
    for (int m = 0; m < machine_count; m++) {
      INFO("case " << i << ": " << property::describe(network) << "; machine " << m);
      check(block_kernel(network.blocks.front()), machines[m]);
    }
  }
}

TEST_CASE("the machines of the records are the ones that pair products") {
  CHECK(machines[2].pair_vectors == 1);
  CHECK(machines[3].pair_vectors == 2);
  CHECK(machines[3].streams);
}

}  // namespace

TEST_CASE("every sampled schedule fits its kernel, and the cheapest prediction comes first") {
  for_some_kernels(10, [](const BlockKernel& kernel, const Machine& machine) {
    const CandidateSpace space(kernel.type, kernel.shape, machine);
    std::mt19937_64 random(1);
    const std::vector<Candidate> sample = space.sample(random, 300);
    REQUIRE_FALSE(sample.empty());
    std::set<std::string> seen;
    bool has_default = false;
    for (const Candidate& candidate : sample) {
      CHECK(kernel_type(kernel.type).fits(kernel.shape, candidate.schedule, machine));
      CHECK(seen.insert(candidate.schedule.dump()).second);
      has_default |= candidate.schedule == space.default_schedule();
    }
    CHECK(has_default);
    CHECK(std::is_sorted(sample.begin(), sample.end(),
                         [](const Candidate& a, const Candidate& b) { return a.cycles < b.cycles; }));
  });
}

TEST_CASE("neighbours fit and differ in one parameter") {
  for_some_kernels(8, [](const BlockKernel& kernel, const Machine& machine) {
    const CandidateSpace space(kernel.type, kernel.shape, machine);
    for (const Candidate& candidate : space.neighbours(space.default_schedule())) {
      CHECK(kernel_type(kernel.type).fits(kernel.shape, candidate.schedule, machine));
      int different = 0;
      for (const Axis& axis : space.axes())
        different += candidate.schedule.at(axis.parameter) != space.default_schedule().at(axis.parameter);
      CHECK(different == 1);
    }
  });
}

TEST_CASE("a search gives no schedule twice, none that does not fit, and comes to an end") {
  for_some_kernels(10, [](const BlockKernel& kernel, const Machine& machine) {
    Search search(kernel.type, kernel.shape, machine, 1);
    nlohmann::json incumbent = search.space().default_schedule();
    std::set<std::string> seen{incumbent.dump()};
    int given = 0;
    for (; given < 120; given++) {
      const std::optional<Candidate> candidate = search.next(incumbent);
      if (!candidate) break;
      CHECK(kernel_type(kernel.type).fits(kernel.shape, candidate->schedule, machine));
      CHECK(seen.insert(candidate->schedule.dump()).second);
      search.learn(*candidate, candidate->cycles * (1 + 0.1 * (given % 7)));
      if (given % 10 == 0) incumbent = candidate->schedule;
    }
    CHECK(given > 0);
  });
}

TEST_CASE("what was measured corrects the prediction") {
  LearnedCost cost;
  const Candidate slow{{0, 0}, nullptr, 100}, fast{{1, 0}, nullptr, 110}, unknown{{2, 0}, nullptr, 105};
  CHECK(cost.cost(slow) < cost.cost(fast));
  for (int other = 0; other < 5; other++) {
    cost.learn({{0, other}, nullptr, 100}, 2.0);
    cost.learn({{1, other}, nullptr, 110}, 1.1);
  }
  CHECK(cost.cost(fast) < cost.cost(unknown));
  CHECK(cost.cost(unknown) < cost.cost(slow));
}

}  // namespace test_candidates
