#include "catch.h"
#include "plan/packing.h"

namespace test_packing {

using namespace mobilith;

TEST_CASE("pointwise weights are packed by vector, padded with zeros") {
  // in 2, out 3: kernel[k][o] = 10 k + o
  const std::vector<float> kernel{0, 1, 2, 10, 11, 12};
  CHECK(pack_matrix(kernel, 2, {3, 2, 2}) == Packed{0, 1, 10, 11, 2, 0, 12, 0});
}

TEST_CASE("channels are padded with the value asked for") {
  CHECK(pack_channels({1, 2, 3}, {3, 4, 1}, -5) == Packed{1, 2, 3, -5});
}

TEST_CASE("depthwise weights of any window put the multiplier outside the channel") {
  for (int taps : {1, 9, 15, 25}) {
    std::vector<float> kernel(taps * 3 * 2);  // tap, c, j: 100 tap + 10 c + j
    for (int tap = 0; tap < taps; tap++)
      for (int c = 0; c < 3; c++)
        for (int j = 0; j < 2; j++)
          kernel[(tap * 3 + c) * 2 + j] = static_cast<float>(100 * tap + 10 * c + j);
    const Packed packed = pack_depthwise(kernel, {3, 4, 1}, 2);
    REQUIRE(packed.size() == size_t(taps) * 2 * 4);
    for (int tap = 0; tap < taps; tap++)
      for (int j = 0; j < 2; j++)
        for (int c = 0; c < 4; c++)
          CHECK(packed[(tap * 2 + j) * 4 + c] == (c < 3 ? static_cast<float>(100 * tap + 10 * c + j) : 0.0f));
  }
}

TEST_CASE("pointwise rows follow the depthwise outputs' new order") {
  // in 2, multiplier 2: Keras's rows (c, j): 00 01 10 11 -> (j, c): 00 10 01 11
  CHECK(permute_depthwise_rows({0, 1, 10, 11}, 2, 2, 1) == std::vector<float>{0, 10, 1, 11});
  CHECK(pack_depthwise_bias({0, 1, 10, 11}, {2, 2, 1}, 2) == Packed{0, 10, 1, 11});
}

TEST_CASE("a dense layer's tiles of vectors lie as streams") {
  // in 1, two runs, out 5 in four vectors of two, two to a tile: (lane, vector, k, tile)
  const std::vector<float> kernel{0, 1, 2, 3, 4, 10, 11, 12, 13, 14};  // 10 k + o
  const Channels in{1, 4, 1}, out{5, 2, 4};
  const DenseLayout layout{in, out, {in, 2, out}, 2};
  CHECK(pack_dense(kernel, layout) == Packed{0, 1, 2, 3, 10, 11, 12, 13, 4, 0, 0, 0, 14, 0, 0, 0});
}

}  // namespace test_packing
