// How a block's output is judged.
#include <cmath>
#include <mutex>

#include "catch.h"
#include "check/judge.h"
#include "reference/narrowed.h"

namespace test_judge {

using namespace mobilith;
using mobilith::reference::bound;

namespace {

// One dense layer of `kernel.size()` inputs and one output, then perhaps a sigmoid.
reference::PreparedBlock dense(const std::vector<float>& kernel, float bias, bool sigmoid) {
  Layer layer{LayerKind::dense, "dense", ""};
  layer.in = {1, 1, static_cast<int>(kernel.size())};
  layer.out = {1, 1, 1};
  Layer last{LayerKind::sigmoid, "sigmoid", ""};
  last.in = last.out = layer.out;
  reference::PreparedBlock block{{BlockKind::head, "head", "", {layer}}, {{kernel, {1.0}, {bias}}}};
  if (sigmoid) block.block.layers.push_back(last), block.layers.emplace_back();
  return block;
}

double share(const reference::PreparedBlock& block, const std::vector<float>& input, float found) {
  return check::differences({block}, input, {{found}}, ElementType::f32, 1, [] {})[0].share;
}

}  // namespace

TEST_CASE("a difference is a share of the block's largest value") {
  const reference::PreparedBlock block = dense({2, 3}, 1, false);
  CHECK(share(block, {1, 2}, 9) == 0);
  CHECK(share(block, {1, 2}, 9.09f) == Approx(0.01).epsilon(1e-4));
  CHECK(share(block, {1, 2}, 8.991f) == Approx(0.001).epsilon(1e-3));
}

TEST_CASE("where terms cancel, rounding is no error, and a wrong weight still is one") {
  const reference::PreparedBlock block = dense({1, -1}, 1e-6f, false);
  CHECK(share(block, {3, 3}, 1e-6f + 3e-7f) < bound);
  CHECK(share(block, {3, 3}, 0.001f) > bound);
  CHECK(share(dense({1, -1}, -30, true), {3, 3}, static_cast<float>(std::exp(-30) * (1 + 3e-6))) < bound);
  CHECK(share(dense({1, -1}, -30, true), {3, 3}, static_cast<float>(std::exp(-30) * 1.01)) > bound);
}

TEST_CASE("the network's end is expected of the library") {
  CHECK(share(dense({1}, 0, true), {0}, 0.5f) == 0);
  CHECK(share(dense({1}, 0, true), {0}, 0.0f) > bound);
}

TEST_CASE("what is no number must be none in the reference, too") {
  const reference::PreparedBlock block = dense({2, 3}, 1, false);
  CHECK(!(share(block, {1, 2}, NAN) <= bound));
  CHECK(!(share(block, {1, 2}, INFINITY) <= bound));
  CHECK(share(block, {1, NAN}, NAN) == 0);
  CHECK(!(share(block, {1, NAN}, 9) <= bound));
  CHECK(share(block, {1, INFINITY}, INFINITY) == 0);
  CHECK(!(share(block, {1, INFINITY}, -INFINITY) <= bound));
  CHECK(!(check::differences({block}, {1, 2}, {{9, 9}}, ElementType::f32, 1, [] {})[0].share <= bound));
}

TEST_CASE("a reference that is all zero allows nothing else") {
  const reference::PreparedBlock block = dense({0, 0}, 0, false);
  CHECK(share(block, {1, 2}, 0) == 0);
  CHECK(!(share(block, {1, 2}, 1e-30f) <= bound));
}

TEST_CASE("each block is judged by the block before's output, on any number of threads") {
  const std::vector<reference::PreparedBlock> blocks{dense({2}, 0, false), dense({3}, 0, false),
                                                     dense({4}, 0, false)};
  for (int threads : {1, 2, 7}) {
    int done = 0;
    const auto found = check::differences(blocks, {1}, {{2}, {7}, {28}}, ElementType::f32, threads, [&] {
      static std::mutex mutex;
      const std::lock_guard lock(mutex);
      done++;
    });
    CHECK(done == 3);
    CHECK(found[0].share == 0);
    CHECK(found[1].share == Approx(1.0 / 6));
    CHECK(found[1].found == 7);
    CHECK(found[1].expected == 6);
    CHECK(found[2].share == 0);
  }
}

}  // namespace test_judge
