// Hard-swish in 16 bits. XNNPACK takes floats alone, so both answers are LiteRT's own kernel.
#include <algorithm>
#include <cmath>

#include "quantised/fixed_point.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

namespace {

int32_t saturated(int64_t x) { return int32_t(std::clamp<int64_t>(x, -32768, 32767)); }

// The upper half of 2 a b of 16 bits: to the nearest, halves up; or towards 0. (gemmlowp's
// SaturatingRoundingDoublingHighMul; SaturatingDoublingHighMul in hard_swish.h)
int32_t nearest_half(int32_t a, int32_t b) {
  const int32_t whole = a * b, half = whole >= 0 ? 1 << 14 : 1 - (1 << 14);
  return saturated((int64_t(whole) + half) / (1 << 15));
}
int32_t lower_half(int32_t a, int32_t b) { return saturated(int64_t(a) * b / (1 << 15)); }

struct Factor {
  int32_t mantissa;  // of 16 bits
  int shift;
};

// (DownScaleInt32ToInt16Multiplier() in common.h)
Factor factor_of(float x) {
  const Multiplier whole = multiplier_of(x);
  constexpr int32_t half = 1 << 15;
  return {whole.mantissa >= 0x7fffffff - half ? 0x7fff : (whole.mantissa + half) >> 16, whole.shift};
}

struct Factors {
  Factor output, gate;
};

// (HardSwishPrepare() in activations.cc)
Factors factors_of(const Step& step) {
  const float fine = (1.0f / 128.0f) * scale_of(*step.tensors[0]);
  return {factor_of(fine / scale_of(step.result)), factor_of(fine / (3.0f / 32768.0f))};
}

// x + 3 as a share of 6, of 15 bits.
int32_t gate_of(int32_t x, Factor factor) {
  int32_t gate = x;
  if (factor.shift > 0) gate = saturated(int64_t(gate) << (factor.shift - 1));
  gate = nearest_half(gate, factor.mantissa);
  if (factor.shift > 0) gate = saturated(int64_t(gate) * 2);
  if (factor.shift < 0) gate = shifted_right(gate, -factor.shift);
  return (gate + (1 << 15)) >> 1;
}

}  // namespace

void operations::check_hard_swish(const Step& step) {
  expect_bytes(step, 0, 0);
  if (step.mode == Requantise::onnx) return;
  const Factors factors = factors_of(step);
  if (factors.output.shift > 0)
    refuse_tensor(step, *step.tensors[0], "its scale is over 128 times the result's, which LiteRT refuses");
  if (factors.gate.shift > 16 || factors.gate.shift < -31 || factors.output.shift < -31)
    refuse_tensor(step, *step.tensors[0], "its scale is too far from 1 for a hard-swish");
}

// (HardSwish() in hard_swish.h)
void operations::hard_swish(const Step& step, file::Value& output) {
  if (step.mode == Requantise::onnx) return function_of_floats(step, output);
  const Factors factors = factors_of(step);
  const auto [least, most] = range_of(step.result);
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const int32_t x = (int32_t(step.values[0]->numbers[i]) - zero_of(*step.tensors[0])) * 128;
    const int32_t scaled = nearest_half(x, factors.output.mantissa);
    const int32_t raised = lower_half(gate_of(x, factors.gate), scaled);
    output.numbers[i] = std::clamp(
        saturated(shifted_right(raised, -factors.output.shift) + zero_of(step.result)), least, most);
  }
}

}  // namespace mobilith::quantised
