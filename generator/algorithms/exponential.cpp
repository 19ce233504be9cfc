#include "algorithms/exponential.h"

namespace mobilith {
using namespace Halide;

// 2^k e^r with r from 0 to ln 2, the polynomial being that of Halide's halide_exp; that one has tests for
// overflow, which its callers here exclude, and gives 0 for NaN. Of a NaN r stays NaN, whatever k is then.
Expr exponential(const Expr& x) {
  constexpr float ln2_high = 0.6931457519f, ln2_low = 1.4286067653e-6f, per_ln2 = 1.4426950408f;
  const Expr k = floor(x * per_ln2), r = x - k * ln2_high - k * ln2_low, square = r * r;
  const Expr odd =
      ((0.00031965933071842413f * square + 0.00848988645943932717f) * square + 0.16667983794100929562f) *
          square +
      1.0f;
  const Expr even =
      ((0.00119156835564003744f * square + 0.04160188091348320655f) * square + 0.49999899033463041098f) *
          square +
      1.0f;
  const Expr power = reinterpret<float>((cast<int32_t>(k) + 127) << 23);
  return (odd * r + even) * power;
}

// With x = 2^k (1 + r), r from sqrt(1/2) - 1 to sqrt(2) - 1; the polynomial is that of Cephes's logf. By a
// product, so that a NaN stays one.
Expr logarithm(const Expr& x) {
  constexpr float half_root = 0.70710678118654752440f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  const Expr exponent = (reinterpret<int32_t>(x) >> 23) - 126;
  const Expr fraction = x * reinterpret<float>((127 - exponent) << 23);  // from 1/2 to 1
  const Expr small = fraction < half_root;
  const Expr k = cast<float>(select(small, exponent - 1, exponent));
  const Expr r = select(small, fraction + fraction, fraction) - 1.0f, square = r * r;
  Expr sum = 7.0376836292e-2f;
  for (const float next : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                           -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f})
    sum = sum * r + next;
  return r + (sum * r * square + k * ln2_low - 0.5f * square) + k * ln2_high;
}

// Of both signs out of exponentials that are at most 1, so that none overflows. As a square, so that the
// smallest come out, too.
Expr sigmoid(const Expr& x) {
  const Expr root = exponential(max(abs(x) * -0.5f, -80.0f)), power = root * root;
  return select(x < 0.0f, power, 1.0f) / (1.0f + power);
}

}  // namespace mobilith
