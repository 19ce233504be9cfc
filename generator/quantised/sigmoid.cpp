// The logistic function: a table of 256 bytes, which floats fill.
#include <algorithm>
#include <cmath>

#include "quantised/operations.h"

namespace mobilith::quantised {

namespace {

// (SigmoidPrepare() in activations.cc, LUTPopulateInt8() in common.h)
double entry_integer(const Step& step, int32_t stored) {
  const float x = scale_of(*step.tensors[0]) * float(stored - zero_of(*step.tensors[0]));
  const float y = 1.0f / (1.0f + std::exp(-x));
  return std::round(y * (1 / scale_of(step.result))) + float(zero_of(step.result));
}

// (SigmoidOp in XNNPACK's unary-elementwise.cc, quantize() in reference-utils.h)
double entry_floating(const Step& step, int32_t stored) {
  const float x = (float(stored) - float(zero_of(*step.tensors[0]))) * scale_of(*step.tensors[0]);
  const double power = std::exp(double(x));
  const float y = x > 100 ? 1 : x < -100 ? 0 : float(power / (1 + power));
  return std::nearbyint(y * (1 / scale_of(step.result)) + float(zero_of(step.result)));
}

}  // namespace

void operations::check_sigmoid(const Step& step) {
  expect_bytes(step, 0, 0);
  if (step.mode == Requantise::onnx) return;
  if (scale_of(step.result) != 1.0f / 256)
    refuse_tensor(step, step.result, "its scale is not 1/256, which LiteRT's logistic function gives");
}

void operations::sigmoid(const Step& step, file::Value& output) {
  if (step.mode == Requantise::onnx) return function_of_floats(step, output);
  const auto [least, most] = range_of(step.result);
  const bool integer = step.mode == Requantise::integer;
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const auto stored = int32_t(step.values[0]->numbers[i]);
    const double entry = integer ? entry_integer(step, stored) : entry_floating(step, stored);
    output.numbers[i] = std::clamp<double>(entry, least, most);
  }
}

}  // namespace mobilith::quantised
