// exp and 1 / x in 32 bits without floats, as gemmlowp's fixedpoint.h has them.
#pragma once

#include <cstdint>

namespace mobilith::quantised {

// exp(x / 2^26) 2^31, for x <= 0. (gemmlowp's exp_on_negative_values() with 5 integer bits)
int32_t exponential(int32_t x);

// 2^31 / (1 + x / 2^31), for 0 <= x: two thirds of 2^31 for a half. (gemmlowp's
// one_over_one_plus_x_for_x_in_0_1())
int32_t reciprocal_of_one_plus(int32_t x);

}  // namespace mobilith::quantised
