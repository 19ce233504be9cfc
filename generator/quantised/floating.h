// Whole numbers times float factors, as XNNPACK's kernels compute them.
#pragma once

#include "quantised/step.h"

namespace mobilith::quantised {

// A sum times a factor, in floats, rounded to the nearest whole number, halves to the even one, with the
// zero point and within bounds. (fp32 requantisation: XNNPACK's xnn_qs8_requantize_fp32)
int32_t requantised(int32_t sum, float factor, int32_t zero, Bounds);

// As bounds_of(), but rounded with halves to the even number, zero point included. (xnn_qs8_quantize)
Bounds nearest_bounds_of(const file::Tensor& result, const file::Clamp& fused);

}  // namespace mobilith::quantised
