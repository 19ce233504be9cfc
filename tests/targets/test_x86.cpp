// Golden outputs of the x86 levels: on this CPU, in an emulator, or skipped.
#include "catch.h"
#include "targets/evidence.h"
#include "targets/golden_target.h"
#include "targets/x86_cpus.h"

namespace test_x86 {

using namespace mobilith;
using namespace mobilith::targets;

namespace {

void check_level(const std::string& cpu, const Words& networks = small_goldens) {
  Evidence evidence("x86_64-linux-gnu", "run here", small_networks + " for --cpu " + cpu);
  const auto words = words_to_run(cpu);
  if (!words) return evidence.skipped("neither this CPU nor qemu runs " + cpu);
  check_target(networks, {"--target", "x86_64-linux-gnu", "--cpu", cpu}, {"cc"}, *words, 2);
  evidence.passed();
}

}  // namespace

TEST_CASE("x86-64-v2: Keras's outputs", "[v2]") { check_level("x86-64-v2"); }
TEST_CASE("x86-64-v3: Keras's outputs", "[v3]") { check_level("x86-64-v3"); }
TEST_CASE("x86-64-v4: Keras's outputs", "[v4]") { check_level("x86-64-v4"); }
TEST_CASE("Sapphire Rapids: Keras's outputs", "[sapphirerapids]") {
  check_level("sapphirerapids", small_goldens_or(0));  // V2's: like x86-64-v4's
}

}  // namespace test_x86
