// Libraries for other CPUs of this architecture: they run here where this CPU has what they need, and are
// refused where it has not.
#include <map>

#include "catch.h"
#include "nightly.h"
#include "property/compiled.h"
#include "skip.h"
#include "targets/x86_cpus.h"

namespace test_cpus {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// Bits of the vectors of each CPU's kernels.
const std::map<std::string, int> vectors{{"x86-64", 128},        {"x86-64-v2", 128}, {"sandybridge", 256},
                                         {"haswell", 256},       {"znver4", 512},    {"skylake-avx512", 512},
                                         {"sapphirerapids", 512}};

}  // namespace

// A ctest for each of them (tests/property/CMakeLists.txt). By day one of the networks for each, in turn.
TEST_CASE("a library for another x86-64 CPU computes the same, or is refused", "[.cpu]") {
  const std::string cpu = targets::cpu_under_test();
  const int bits = vectors.at(cpu);
  const auto weights = open_weights("synthetic");
  for (const Configuration& c : {Configuration{"mobilenet_v1", 0.3, 2, 49, 64, 21},
                                 Configuration{"mobilenet_v2", 0.35, 1, 64, 33, 1000}}) {
    if (!testing::in_turn(c.net)) continue;
    const Network network = build_network(c);
    const reference::Activation input = reference::formula_input(network.blocks.front().in());
    const std::vector<double> expected = reference::run_network(network, *weights, input, true).values;
    INFO(c.net << " for " << cpu);
    const Compiled compiled(network, *weights, true, cpu);
    CHECK(std::string(mobilith_model_describe(compiled.model())->cpu) == cpu);
    CHECK(mobilith_model_describe(compiled.model())->vector_bits == bits);
    mobilith_session* session = nullptr;
    const mobilith_status status = mobilith_session_create(compiled.model(), nullptr, &session);
    mobilith_session_destroy(session);
    if (status == MOBILITH_UNSUPPORTED_CPU) {
      CHECK(bits >= 256);  // every x86-64 of the last ten years runs the rest
      skip("this CPU lacks what " + cpu + " has");
      continue;
    }
    CHECK(status == MOBILITH_OK);
    CHECK(difference(compiled.run(input, 2), expected) <= 1e-4);
  }
}

}  // namespace test_cpus
