// Both ways to multiply against Keras, on CPUs that would choose the other one too.
#include "catch.h"
#include "golden/against_keras.h"
#include "golden/golden.h"
#include "nightly.h"
#include "skip.h"
#include "targets/x86_cpus.h"

namespace test_products {

using namespace mobilith;

namespace {

// by_day: the only network that is tried then, or null.
void check_products(const std::vector<std::string>& options, const char* by_day) {
  for (const char* file : {"mobilenet_v1_a0.25_d1_r32.json", "mobilenet_v2_a0.35_d1_r96.json"}) {
    INFO(file);
    const nlohmann::json golden = golden::read(file);
    if (!testing::in_turn(golden["net"], by_day)) continue;
    std::vector<std::string> call = golden::options_for(golden, "logits");
    call.insert(call.end(), options.begin(), options.end());
    golden::check_against_keras(golden, golden::generate_and_run(call, 2));
  }
}

}  // namespace

TEST_CASE("direct and paired products compute what Keras computes on this CPU") {
  check_products({"--products", "direct"}, "mobilenet_v2");
  check_products({"--products", "paired"}, "mobilenet_v1");
}

// A ctest for each of them (tests/golden/CMakeLists.txt), by day with one of the networks, in turn.
TEST_CASE("paired products compute what Keras computes in code for another x86-64 CPU", "[.cpu]") {
  const std::string cpu = targets::cpu_under_test();
  if (!targets::cpu_runs(cpu)) return skip("this CPU lacks what " + cpu + " has");
  check_products({"--products", "paired", "--cpu", cpu}, std::getenv("MOBILITH_BY_DAY"));
}

}  // namespace test_products
