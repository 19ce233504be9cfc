// Generated libraries against Keras. MOBILITH_GOLDEN names the file in tests/data/golden; where
// MOBILITH_AT_NIGHT is set, too, it is tried at night alone.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "catch.h"
#include "golden/against_keras.h"
#include "golden/golden.h"
#include "nightly.h"
#include "skip.h"

namespace test_golden {

using namespace mobilith;

TEST_CASE("a generated library computes what Keras computes: logits, best five, every block", "[logits]") {
  if (std::getenv("MOBILITH_AT_NIGHT") && !testing::nightly())
    return skip("configurations between the least and the largest are tried at night (scripts/nightly.sh)");
  const char* file = std::getenv("MOBILITH_GOLDEN");
  REQUIRE(file != nullptr);
  const nlohmann::json golden = golden::read(file);
  golden::check_against_keras(golden, golden::generate_and_run(golden::options_for(golden, "logits"), 2));
}

// The softmax does not know the resolution: two small networks suffice, whose kernels are those of the
// logits.
TEST_CASE("probabilities are the softmax of Keras's logits", "[probabilities]") {
  const char* file = std::getenv("MOBILITH_GOLDEN");
  REQUIRE(file != nullptr);
  const nlohmann::json golden = golden::read(file);
  const golden::TreeRun run = golden::generate_and_run(golden::options_for(golden, "probabilities"), 1);
  auto expected = golden["logits"].get<std::vector<double>>();
  const double largest = *std::max_element(expected.begin(), expected.end());
  double total = 0;
  for (double& value : expected) total += value = std::exp(value - largest);
  for (double& value : expected) value /= total;
  CHECK(golden::worst_difference(run.output, expected) <= 1e-4 * golden["probability_max"].get<double>());
  CHECK(std::abs(std::accumulate(run.output.begin(), run.output.end(), 0.0) - 1.0) < 1e-5);
}

}  // namespace test_golden
