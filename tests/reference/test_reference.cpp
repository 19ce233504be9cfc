// The reference itself against Keras: only a reference that agrees may judge kernels.
#include <cmath>
#include <map>

#include "catch.h"
#include "golden/golden.h"
#include "reference/reference.h"

using namespace mobilith;

TEST_CASE("the reference agrees with Keras on every golden network, block by block") {
  const auto weights = open_weights("synthetic");
  for (const std::string& file : golden::files()) {
    INFO(file);
    const nlohmann::json golden = golden::read(file);
    const Network network = build_network(golden::configuration(golden));
    std::map<std::string, nlohmann::json> probes;
    for (const auto& probe : golden["layers"]) probes[probe["name"]] = probe;

    reference::Activation before;  // a residual block's input: Keras's probe is the value before the add
    size_t probed = 0;
    auto see = [&](const Block& block, const reference::Activation& after) {
      const auto found = probes.find(block.output);
      if (found != probes.end()) {
        const nlohmann::json& probe = found->second;
        INFO(block.name);
        CHECK(probe["shape"] == nlohmann::json{after.shape.height, after.shape.width, after.shape.channels});
        const double scale = probe["max_abs"];
        for (size_t i = 0; i < probe["first"].size(); i++) {
          const double value = after.values[i] - (block.residual ? before.values[i] : 0.0);
          CHECK(std::abs(value - probe["first"][i].get<double>()) <= 5e-5 * scale);
        }
        probed++;
      }
      before = after;
    };
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    const reference::Activation logits = reference::run_network(network, *weights, input, true, see);
    CHECK(probed >= 13);
    double largest = 0, worst = 0;
    for (size_t i = 0; i < logits.values.size(); i++) {
      const double expected = golden["logits"][i];
      largest = std::max(largest, std::abs(expected));
      worst = std::max(worst, std::abs(logits.values[i] - expected));
    }
    CHECK(logits.values.size() == golden["logits"].size());
    CHECK(worst <= 2e-5 * largest);
  }
}
