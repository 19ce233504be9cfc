#include "algorithms/larger.h"

namespace mobilith {
using namespace Halide;

// By bits, since Halide takes no value for NaN.
Expr larger(const Expr& before, const Expr& value) {
  const Expr is_nan = (reinterpret<int32_t>(before) & 0x7fffffff) > 0x7f800000;
  return select(is_nan || before > value, before, value);
}

}  // namespace mobilith
