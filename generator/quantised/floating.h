// Whole numbers times float factors, as XNNPACK's kernels compute them.
#pragma once

#include "quantised/step.h"

namespace mobilith::quantised {

// A sum times a factor, in floats, rounded to the nearest whole number, halves to the even one, with the
// zero point and within bounds. (fp32 requantisation: XNNPACK's xnn_qs8_requantize_fp32)
int32_t requantised(int32_t sum, float factor, int32_t zero, Bounds);

// As bounds_of(), but rounded with halves to the even number, zero point included. (xnn_qs8_quantize)
Bounds nearest_bounds_of(const file::Tensor& result, const file::Clamp& fused);

// A float as a byte of ONNX: divided by the scale, within range, halves to the even number; NaN is the least
// byte. (MlasQuantizeLinear() in ONNX Runtime's quantize.cpp, for x86)
int32_t quantised_linearly(const file::Tensor& result, float);

// What a byte means, as a float. (DequantizeLinear in ONNX Runtime's quantize_linear.cc)
float meaning_of(const file::Tensor&, int32_t stored);

}  // namespace mobilith::quantised
