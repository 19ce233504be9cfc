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
  golden::check_shares(golden, golden::generate_and_run(golden::options_for(golden, "probabilities"), 1));
}

}  // namespace test_golden
