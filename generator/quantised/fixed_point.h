// Whole numbers times real factors, as LiteRT's reference kernels compute them: without floats, so that
// every machine agrees on each bit.
#pragma once

#include <cstdint>

namespace mobilith::quantised {

// The factor mantissa / 2^31 * 2^shift; the mantissa is 0 or at least 2^30.
struct Multiplier {
  int32_t mantissa = 0;
  int shift = 0;
};

// The nearest multiplier to a factor of at least 0. Below 2^-32: 0. (QuantizeMultiplier() in TensorFlow
// Lite's quantization_util.cc)
Multiplier multiplier_of(double factor);

// The upper half of 2 a b, rounded to the nearest, halves up; -2^31 times itself saturates.
// (gemmlowp's SaturatingRoundingDoublingHighMul)
int32_t high_product(int32_t a, int32_t b);

// x / 2^bits, rounded to the nearest, halves away from 0; bits: 0 to 31. (gemmlowp's RoundingDivideByPOT)
int32_t shifted_right(int32_t x, int bits);

// x 2^bits, saturating; bits: 0 to 30.
int32_t shifted_left(int32_t x, int bits);

// x times the multiplier, rounded twice: by high_product() and by shifted_right(). A shift to the left of x
// wraps. (MultiplyByQuantizedMultiplier() in TensorFlow Lite's common.cc, built without
// TFLITE_SINGLE_ROUNDING)
int32_t product(int32_t x, Multiplier);

}  // namespace mobilith::quantised
