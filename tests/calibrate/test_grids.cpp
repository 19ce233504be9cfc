#include <cmath>

#include "calibrate/grid.h"
#include "catch.h"

namespace test_grids {

using namespace mobilith::calibration;

TEST_CASE("A grid's bytes are the nearest, and what lies beyond is kept within") {
  const Grid grid{0.5f, 10};
  CHECK(grid.byte_of(0) == 10);
  CHECK(grid.byte_of(0.74) == 11);
  CHECK(grid.byte_of(0.76) == 12);
  CHECK(grid.byte_of(-100) == 0);
  CHECK(grid.byte_of(1e30) == 255);
  for (int byte = 0; byte < 256; byte++) CHECK(grid.byte_of(grid.value_of(uint8_t(byte))) == byte);
}

TEST_CASE("The best grid has a place for 0, keeps what carries weight, and cuts off what does not") {
  Histogram spread{-1, 3, std::vector<uint32_t>(4096, 10)};
  const Grid all = best_grid(spread, {});
  CHECK(all.value_of(0) == Approx(-1).margin(0.02));
  CHECK(all.value_of(255) == Approx(3).margin(0.02));
  CHECK(all.value_of(uint8_t(all.zero)) == 0);

  // One value far away from a million near 0 is not worth the others' precision.
  Histogram outlier{0, 100, std::vector<uint32_t>(4096)};
  for (size_t i = 0; i < 1200; i++) outlier.counts[i] = 2000;
  outlier.counts[4095] = 1;
  CHECK(best_grid(outlier, {}).value_of(255) < 60);

  Histogram nothing{0, 0, std::vector<uint32_t>(4096)};
  CHECK(best_grid(nothing, {}).scale > 0);
  Histogram above{2, 3, std::vector<uint32_t>(4096, 1)};
  CHECK(best_grid(above, {}).zero == 0);
}

TEST_CASE("Weights are rounded to 127 places of a scale for each output") {
  // (in, out) with two outputs: one of large, one of small weights.
  const std::vector<float> kernel{100, 0.01f, -50, 0.02f, 25, -0.04f};
  const WeightGrid grid = best_weights(kernel, {0, 0}, 127);
  for (size_t i = 0; i < kernel.size(); i++)
    CHECK(grid.weights[i] * grid.scales[i % 2] == Approx(kernel[i]).epsilon(0.05));
  CHECK(best_weights({0, 1, 0, 2}, {0, 0}, 127).weights[0] == 0);
  const WeightGrid reduced = best_weights(kernel, {0, 0}, most_of_7_bits);
  for (size_t i = 0; i < kernel.size(); i++) {
    CHECK(std::abs(reduced.weights[i]) <= 63);
    CHECK(reduced.weights[i] * reduced.scales[i % 2] == Approx(kernel[i]).epsilon(0.05));
  }
  // A scale that a bias needs is not gone below.
  const WeightGrid kept = best_weights(kernel, {0, 1}, 127);
  CHECK(kept.scales[1] == 1);
  CHECK(kept.weights[1] == 0);
}

}  // namespace test_grids
