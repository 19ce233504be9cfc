// Which weights' products by pairs 16 bits hold (plan/quantised_weights.h).
#include "catch.h"
#include "plan/quantised_weights.h"

namespace test_pairs_fit {

using namespace mobilith;

TEST_CASE("pairs fit where 255 times the sum of either sign is within 16 bits, for each output") {
  CHECK(pairs_fit({64, 64}, 1));
  CHECK(!pairs_fit({65, 64}, 1));
  CHECK(pairs_fit({-64, -64}, 1));
  CHECK(!pairs_fit({-64, -65}, 1));
  CHECK(pairs_fit({127, -128}, 1));
  CHECK(pairs_fit({127, 1}, 1));
  CHECK(!pairs_fit({127, 2}, 1));
  CHECK(!pairs_fit({129}, 1));  // the last of an odd number is beside a weight of 0
  CHECK(!pairs_fit({128}, 1));  // no i8
  CHECK(pairs_fit({}, 3));
  // (in, out) with two outputs: each has its own pairs, and neighbours of two pairs are none.
  CHECK(pairs_fit({64, -64, 64, -64, 64, 127, 0, 1}, 2));
  CHECK(!pairs_fit({64, 100, 64, 100}, 2));
  CHECK(pairs_fit({0, 0, 127, 127, 127, 127, 0, 0}, 2));
}

TEST_CASE("what fits is what no pair of bytes brings beyond 16 bits") {
  for (int a = -130; a <= 130; a += 5)
    for (int b = -130; b <= 130; b++) {
      bool within = std::max(a, b) <= INT8_MAX;
      for (const int x : {0, 255})
        for (const int y : {0, 255})
          within = within && x * a + y * b <= INT16_MAX && x * a + y * b >= INT16_MIN;
      INFO(a << ", " << b);
      CHECK(pairs_fit({int16_t(a), int16_t(b)}, 1) == within);
    }
}

}  // namespace test_pairs_fit
