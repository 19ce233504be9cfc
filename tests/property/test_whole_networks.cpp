#include <iostream>

#include "catch.h"
#include "property/compiled.h"
#include "property/random_case.h"

using namespace mobilith;
using namespace mobilith::property;

TEST_CASE("random whole networks compute what the reference computes") {
  const int count = cases(200) / 25;
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
