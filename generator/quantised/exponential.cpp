#include "quantised/exponential.h"

#include <limits>

#include "quantised/fixed_point.h"

namespace mobilith::quantised {

namespace {

constexpr int32_t one = std::numeric_limits<int32_t>::max();

// exp(a / 2^31) 2^31 for -1/4 <= a / 2^31 < 0: four terms of the series around -1/8.
int32_t near_zero(int32_t a) {
  constexpr int32_t exp_of_eighth = 1895147668, third = 715827883;
  const int32_t x = a + (1 << 28);
  const int32_t x2 = high_product(x, x), x3 = high_product(x2, x), x4 = high_product(x2, x2);
  const int32_t higher = shifted_right(high_product(shifted_right(x4, 2) + x3, third) + x2, 1);
  return exp_of_eighth + high_product(exp_of_eighth, x + higher);
}

}  // namespace

int32_t exponential(int32_t x) {
  if (x == 0) return one;
  constexpr int32_t quarter = 1 << 24;
  const int32_t below = (x & (quarter - 1)) - quarter;  // x modulo a quarter, from -1/4 on
  int32_t result = near_zero(shifted_left(below, 5));
  const int32_t rest = below - x;  // whole quarters: a bit for each power of two
  // exp(-1/4), exp(-1/2), exp(-1)... exp(-16), each 2^31 times.
  constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  for (int i = 0; i < 7; ++i)
    if (rest & (1 << (24 + i))) result = high_product(result, factors[i]);
  return result;
}

// Newton's method for 1 / d, with d = (1 + x) / 2, begun at 48/17 - 32/17 d; 29 bits after the point.
int32_t reciprocal_of_one_plus(int32_t x) {
  constexpr int32_t first = 1515870810, slope = -1010580540, unit = 1 << 29;
  const auto half = int32_t((int64_t(x) + one + 1) / 2);
  int32_t result = first + high_product(half, slope);
  for (int i = 0; i < 3; ++i)
    result += shifted_left(high_product(result, unit - high_product(half, result)), 2);
  return shifted_left(result, 1);
}

}  // namespace mobilith::quantised
