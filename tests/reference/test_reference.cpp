// The reference itself against Keras: only a reference that agrees may judge kernels.
#include <cmath>
#include <map>

#include "catch.h"
#include "golden/golden.h"
#include "reference/reference.h"

namespace test_reference {

using namespace mobilith;

TEST_CASE("the reference agrees with Keras on every golden network, block by block") {
  const auto weights = open_weights("synthetic");
  for (const std::string& file : golden::files()) {
    INFO(file);
    const nlohmann::json golden = golden::read(file);
    const Network network = build_network(golden::configuration(golden));
    std::map<std::string, nlohmann::json> probes;
    for (const auto& probe : golden["layers"]) probes[probe["name"]] = probe;

    std::vector<reference::Activation> outputs;
    size_t probed = 0;
    auto see = [&](const Block& block, const reference::Activation& after) {
      const auto found = probes.find(block.output);
      if (found != probes.end()) {
        const nlohmann::json& probe = found->second;
        INFO(block.name);
        CHECK(probe["shape"] == nlohmann::json{after.shape.height, after.shape.width, after.shape.channels});
        const double scale = probe["max_abs"];
        // Of a residual block Keras's probe is the value before the add.
        const int added = network.inputs_of(outputs.size()).back();
        const std::vector<double> before =
            block.residual ? outputs.at(size_t(added)).values : std::vector<double>(after.values.size());
        for (size_t i = 0; i < probe["first"].size(); i++) {
          const double value = after.values[i] - before[i];
          CHECK(std::abs(value - probe["first"][i].get<double>()) <= 5e-5 * scale);
        }
        probed++;
      }
      outputs.push_back(after);
    };
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    const reference::Activation logits = reference::run_network(network, *weights, input, true, see);
    CHECK(probed >= 11);
    double largest = 0, worst = 0;
    for (size_t i = 0; i < logits.values.size(); i++) {
      const double expected = golden["logits"][i];
      largest = std::max(largest, std::abs(expected));
      worst = std::max(worst, std::abs(logits.values[i] - expected));
    }
    CHECK(logits.values.size() == golden["logits"].size());
    // Keras computes in f32, through thrice as many layers in V3.
    const double allowed = network.configuration.net.starts_with("mobilenet_v3") ? 1e-4 : 2e-5;
    CHECK(worst <= allowed * largest);
  }
}

}  // namespace test_reference
