// Libraries for other CPUs of this architecture: they run here where this CPU has what they need, and are
// refused where it has not.
#include <iostream>

#include "catch.h"
#include "property/compiled.h"

using namespace mobilith;
using namespace mobilith::property;

TEST_CASE("libraries for other x86-64 CPUs compute the same, or are refused") {
  const auto weights = open_weights("synthetic");
  for (const Configuration& c : {Configuration{"mobilenet_v1", 0.3, 2, 49, 64, 21},
                                 Configuration{"mobilenet_v2", 0.35, 1, 64, 33, 1000}}) {
    const Network network = build_network(c);
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    const std::vector<double> expected = reference::run_network(network, *weights, input, true).values;
    for (auto [cpu, bits] : {std::pair{"x86-64", 128},
                             {"x86-64-v2", 128},
                             {"sandybridge", 256},
                             {"haswell", 256},
                             {"znver4", 512},
                             {"skylake-avx512", 512},
                             {"sapphirerapids", 512}}) {
      INFO(c.net << " for " << cpu);
      const Compiled compiled(network, *weights, true, cpu);
      CHECK(std::string(mobilith_model_describe(compiled.model())->cpu) == cpu);
      CHECK(mobilith_model_describe(compiled.model())->vector_bits == bits);
      mobilith_session* session = nullptr;
      const mobilith_status status = mobilith_session_create(compiled.model(), nullptr, &session);
      mobilith_session_destroy(session);
      if (status == MOBILITH_UNSUPPORTED_CPU) {
        CHECK(bits >= 256);  // every x86-64 of the last ten years runs the rest
        std::cout << "skipped: this CPU lacks what " << cpu << " has\n";
        continue;
      }
      CHECK(status == MOBILITH_OK);
      CHECK(difference(compiled.run(input, 2), expected) <= 1e-4);
    }
  }
}
