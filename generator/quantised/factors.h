// The numbers by which operations bring sums to bytes: what kernels are given, and the interpreter takes.
#pragma once

#include <array>

#include "quantised/fixed_point.h"
#include "quantised/step.h"

namespace mobilith::quantised {

// Convolutions and fully connected layers: of an output's sum. In `floating` it is a float. (kernel_util.cc;
// XNNPACK's scale of qs8_qc8w)
double product_factor(const Step&, size_t output);
Bounds product_bounds(const Step&);

// A sum or a difference. floating: both inputs' factors with their sign, of 2^bits places. integer: of both
// inputs, which come to 2^20 times twice the larger scale, and of the sum. onnx: of both inputs' stored
// numbers, and what is added.
struct FloatingSum {
  std::array<int32_t, 2> factors;
  int bits;
};
struct IntegerSum {
  static constexpr int shift = 20;
  std::array<Multiplier, 2> inputs;
  Multiplier output;
};
struct OnnxSum {
  std::array<float, 2> factors;
  float added;
};
FloatingSum floating_sum(const Step&);
IntegerSum integer_sum(const Step&);
OnnxSum onnx_sum(const Step&);
Bounds sum_bounds(const Step&);

// A product of two tensors.
float multiply_factor(const Step&);
Bounds multiply_bounds(const Step&);

// A mean of `count` stored numbers: floating, sum * factor + added; integer, (sum - zero * count) * factor.
struct FloatingMean {
  float factor, added;
};
FloatingMean floating_mean(const Step&, int64_t count);
Multiplier integer_mean(const Step&, int64_t count);
float onnx_mean(const Step&, int64_t count);  // of the sum without zero points

Bounds pool_bounds(const Step&);

// Of a softmax, by how far a number is below the largest: e to that power as a float, or 2^31 times; 0 where
// it does not count.
std::array<float, 256> floating_powers(const Step&);
std::array<float, 256> onnx_powers(const Step&);
std::array<int32_t, 256> integer_powers(const Step&);

}  // namespace mobilith::quantised
