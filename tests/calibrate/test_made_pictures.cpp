#include <algorithm>

#include "calibrate/made_pictures.h"
#include "catch.h"

namespace test_made_pictures {

using namespace mobilith;

TEST_CASE("Made-up pictures are from 0 to 1, the same each time, and differ") {
  const Shape shape{48, 40, 3};
  const std::vector<double> one = calibration::made_picture(0, shape);
  CHECK(one.size() == 48 * 40 * 3);
  CHECK(one == calibration::made_picture(0, shape));
  CHECK(one != calibration::made_picture(1, shape));
  const auto [least, most] = std::minmax_element(one.begin(), one.end());
  CHECK(*least >= 0);
  CHECK(*most <= 1);
  CHECK(*most - *least > 0.3);
}

}  // namespace test_made_pictures
