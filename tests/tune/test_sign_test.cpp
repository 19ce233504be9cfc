// When paired timings are clear.
#include <random>

#include "bench/statistics.h"
#include "catch.h"
#include "tune/sign_test.h"

namespace test_sign_test {

using namespace mobilith::tune;

namespace {

// Rounds until the verdict, at most 150; one round in ten is disturbed.
Verdict result(double ratio, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(1.0, 0.02);
  std::uniform_real_distribution<double> chance(0, 1);
  std::vector<double> ratios;
  Verdict verdict = Verdict::open;
  while (verdict == Verdict::open && ratios.size() < 150) {
    ratios.push_back(ratio * noise(random) * (chance(random) < 0.1 ? 0.5 + chance(random) : 1.0));
    verdict = judge(ratios);
  }
  return verdict;
}

int count(double ratio, Verdict verdict) {
  int found = 0;
  for (uint64_t seed = 0; seed < 300; seed++) found += result(ratio, seed) == verdict;
  return found;
}

}  // namespace

TEST_CASE("a faster kernel wins through noise") { CHECK(count(0.95, Verdict::faster) > 290); }

TEST_CASE("a slower kernel loses through noise") { CHECK(count(1.05, Verdict::slower) > 290); }

TEST_CASE("equal kernels hardly ever change places") { CHECK(count(1.0, Verdict::faster) <= 3); }

TEST_CASE("three rounds are enough for the hopeless, and too few for anything else") {
  CHECK(judge({1.2, 1.3, 1.5}) == Verdict::slower);
  CHECK(judge({1.2, 1.05, 1.5}) == Verdict::open);
  CHECK(judge({0.5, 0.5, 0.5}) == Verdict::open);
}

TEST_CASE("there is one median: it does not depend on the order, and lies between the two in the middle") {
  CHECK(mobilith::median({3, 1, 2}) == 2);
  CHECK(mobilith::median({1}) == 1);
  CHECK(mobilith::median({4, 1, 8, 2}) == 3);
  CHECK(mobilith::summarize({4, 1, 8, 2}).median == 3);
}

}  // namespace test_sign_test
