// Floats of 16 bits: bf16, whose bits are the upper half of a float's, and f16, IEEE 754's binary16.
#pragma once

#include <cstdint>

#include "networks/element_type.h"

namespace mobilith {

// The nearest number of the type (bf16 or f16), of two that are as near the even one: what lies beyond its
// range is infinite, what is below its least is a denormal or zero. NaN stays NaN, quiet.
uint16_t narrowed(float, ElementType);
// The same number as a float; exact.
float widened(uint16_t, ElementType);
// widened(narrowed()). f32: as it is.
float rounded(float, ElementType);

// What the largest finite number of f16 is.
inline constexpr float most_f16 = 65504;

}  // namespace mobilith
