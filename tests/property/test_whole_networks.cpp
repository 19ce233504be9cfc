#include <algorithm>
#include <iostream>

#include "catch.h"
#include "nightly.h"
#include "property/compiled.h"
#include "property/random_case.h"

namespace test_whole_networks {

using namespace mobilith;
using namespace mobilith::property;

// A network takes as long as some twenty-five of the blocks that MOBILITH_CASES counts. Without it there are
// two networks, V1 and V2, and at night eight.
constexpr int blocks_a_network = 25;

TEST_CASE("random whole networks compute what the reference computes") {
  const int count = std::max(1, cases((testing::nightly() ? 8 : 2) * blocks_a_network) / blocks_a_network);
  std::cout << "seed " << seed() << ", " << count << " networks\n";
  const auto weights = open_weights("synthetic");
  for (int i = 0; i < count; i++) {
    std::mt19937_64 random(seed() + static_cast<uint64_t>(i));
    const Network network = build_network(random_configuration(random, 100));
    INFO("seed " << seed() << ", network " << i << ": " << describe(network));
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    const reference::Activation expected = reference::run_network(network, *weights, input, true);
    const Compiled compiled(network, *weights, true);
    const std::vector<float> one = compiled.run(input, 1), two = compiled.run(input, 2);
    CHECK(difference(one, expected.values) <= 1e-4);
    CHECK(one == two);
  }
}

}  // namespace test_whole_networks
