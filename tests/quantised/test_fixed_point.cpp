// Rounding, at the places where it is decided.
#include <cmath>
#include <limits>

#include "catch.h"
#include "quantised/exponential.h"
#include "quantised/fixed_point.h"

namespace mobilith::testing::test_fixed_point {

using namespace quantised;

TEST_CASE("a multiplier is the nearest of 31 bits") {
  CHECK(multiplier_of(0.5).mantissa == 1 << 30);
  CHECK(multiplier_of(0.5).shift == 0);
  CHECK(multiplier_of(1).shift == 1);
  CHECK(multiplier_of(std::nextafter(1.0, 0.0)).shift == 1);  // rounded up to one
  CHECK(multiplier_of(std::nextafter(1.0, 0.0)).mantissa == 1 << 30);
  CHECK(multiplier_of(0x1p-33).mantissa == 0);
  CHECK(multiplier_of(0x1p-32).shift == -31);
}

TEST_CASE("a product rounds halves up, and a shift away from 0") {
  CHECK(high_product(3, 1 << 30) == 2);  // 1.5
  CHECK(high_product(-3, 1 << 30) == -1);
  const int32_t least = std::numeric_limits<int32_t>::min();
  CHECK(high_product(least, least) == std::numeric_limits<int32_t>::max());
  CHECK(shifted_right(5, 1) == 3);
  CHECK(shifted_right(-5, 1) == -3);
  CHECK(shifted_right(-6, 2) == -2);
  CHECK(shifted_right(least, 31) == -1);
  CHECK(shifted_left(1 << 30, 1) == std::numeric_limits<int32_t>::max());
  // 31 / 64 is below a half, but its half is 16, and 16 / 32 is a half.
  CHECK(product(31, multiplier_of(0x1p-6)) == 1);
  CHECK(product(-31, multiplier_of(0x1p-6)) == 0);
  CHECK(product(-32, multiplier_of(0x1p-6)) == -1);
  CHECK(product(10, multiplier_of(3)) == 30);
}

TEST_CASE("exp and the reciprocal are near what they stand for") {
  for (const double x : {-0.001, -0.25, -0.3, -1.0, -2.7, -9.5}) {
    CAPTURE(x);
    CHECK(exponential(int32_t(std::lround(x * 0x1p26))) * 0x1p-31 == Approx(std::exp(x)).margin(2e-8));
  }
  CHECK(exponential(0) == std::numeric_limits<int32_t>::max());
  CHECK(exponential(std::numeric_limits<int32_t>::min()) < 4);
  for (const double x : {0.0, 0.1, 0.5, 0.999})
    CHECK(reciprocal_of_one_plus(int32_t(std::lround(x * 0x1p31))) * 0x1p-31 ==
          Approx(1 / (1 + x)).margin(1e-8));
}

}  // namespace mobilith::testing::test_fixed_point
