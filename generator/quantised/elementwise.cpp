// Products of two tensors, and activations that stand alone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/factors.h"
#include "quantised/fixed_point.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

float multiply_factor(const Step& step) {
  const float both = scale_of(*step.tensors[0]) * scale_of(*step.tensors[1]);
  return both / scale_of(step.result);
}

Bounds multiply_bounds(const Step& step) {
  const file::Clamp& fused = step.settings<file::Elementwise>().fused;
  return step.mode == Requantise::floating ? nearest_bounds_of(step.result, fused)
                                           : bounds_of(step.result, fused);
}

namespace {

// (MlasQLinearMulKernel() in ONNX Runtime's qlmul.cpp: the zero point is added before the float is rounded)
void multiply_onnx(const Step& step, file::Value& output) {
  const auto [least, most] = range_of(step.result);
  const float factor = multiply_factor(step), zero = float(zero_of(step.result));
  for (double& x : output.numbers)
    x = std::clamp<double>(std::nearbyint(float(x) * factor + zero), least, most);
}

}  // namespace

void operations::check_multiply(const Step& step) {
  expect_bytes(step, 0, 1);
  const float factor = multiply_factor(step);
  expect_factor(step, *step.tensors[0], factor);
  if (step.mode == Requantise::floating && !(factor >= 0x1p-16f && factor < 0x1p8f))
    file::refuse(step.operation,
                 fmt::format("the product of the scales is {:g} times the result's; XNNPACK takes "
                             "1/65536 to 256",
                             factor));
}

// The three scales are one factor, computed in floats. (mul.cc; xnn_init_qs8_mul_minmax_scalar_params)
void operations::multiply(const Step& step, file::Value& output) {
  const file::Value a = centred(*step.tensors[0], *step.values[0]);
  const file::Value b = centred(*step.tensors[1], *step.values[1]);
  exactly(step, file::Elementwise{}, {&a, &b}, output);
  const int32_t zero = zero_of(step.result);
  if (step.mode == Requantise::onnx) return multiply_onnx(step, output);
  const Bounds all = range_of(step.result), bounds = multiply_bounds(step);
  if (step.mode == Requantise::integer) {
    const Multiplier factor = multiplier_of(multiply_factor(step));
    for (double& x : output.numbers)
      x = std::clamp(product(int32_t(x), factor) + zero, bounds.least, bounds.most);
    return;
  }
  for (double& x : output.numbers)
    x = std::clamp(requantised(int32_t(x), multiply_factor(step), zero, all), bounds.least, bounds.most);
}

void operations::check_clamp(const Step& step) {
  expect_bytes(step, 0, 0);
  expect_factor(step, *step.tensors[0], scale_of(*step.tensors[0]) / scale_of(step.result));
}

// RELU, RELU6: XNNPACK takes floats alone, so both answers are LiteRT's own kernel. (QuantizedReluX() in
// activations.cc)
void operations::clamp(const Step& step, file::Value& output) {
  if (step.mode == Requantise::onnx) return function_of_floats(step, output);
  const Bounds bounds = bounds_of(step.result, step.settings<file::Clamp>());
  const Multiplier factor = multiplier_of(scale_of(*step.tensors[0]) / scale_of(step.result));
  const file::Value input = centred(*step.tensors[0], *step.values[0]);
  for (size_t i = 0; i < output.numbers.size(); ++i)
    output.numbers[i] = std::clamp(product(int32_t(input.numbers[i]), factor) + zero_of(step.result),
                                   bounds.least, bounds.most);
}

}  // namespace mobilith::quantised
