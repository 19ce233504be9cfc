// Sums and differences of two tensors with scales of their own.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "quantised/factors.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::OperationKind;

namespace {

// Each number of input i as function(number without zero point).
template <class Function>
file::Value mapped(const Step& step, size_t i, Function function) {
  file::Value value = centred(*step.tensors[i], *step.values[i]);
  for (double& x : value.numbers) x = function(int32_t(x));
  return value;
}

double output_factor(const Step& step) {
  const double twice = 2.0 * std::max(scale_of(*step.tensors[0]), scale_of(*step.tensors[1]));
  return twice / (double(1 << IntegerSum::shift) * scale_of(step.result));
}

}  // namespace

// Twice the larger scale, divided by 2^20. (add.cc)
IntegerSum integer_sum(const Step& step) {
  const double twice = 2.0 * std::max(scale_of(*step.tensors[0]), scale_of(*step.tensors[1]));
  return {
      {multiplier_of(scale_of(*step.tensors[0]) / twice), multiplier_of(scale_of(*step.tensors[1]) / twice)},
      multiplier_of(output_factor(step))};
}

// Factors of 21 bits with one shift, which the larger of them sets. (XNNPACK's
// xnn_init_qs8_add_minmax_scalar_params)
FloatingSum floating_sum(const Step& step) {
  const float factors[] = {scale_of(*step.tensors[0]) / scale_of(step.result),
                           scale_of(*step.tensors[1]) / scale_of(step.result)};
  const int bits = 20 - std::ilogb(std::max(factors[0], factors[1]));
  const int sign = step.operation.kind == OperationKind::subtract ? -1 : 1;
  const auto whole = [&](float factor) { return int32_t(std::lrint(std::ldexp(factor, bits))); };
  return {{whole(factors[0]), sign * whole(factors[1])}, bits};
}

// The factors are floats, and what the zero points come to is one float that products are added to. (the two
// MlasQLinearAdd kernels in ONNX Runtime's qladd_avx2.cpp, whose compiler fuses a product with the sum here,
// too)
OnnxSum onnx_sum(const Step& step) {
  const float a = scale_of(*step.tensors[0]) / scale_of(step.result);
  const float b = scale_of(*step.tensors[1]) / scale_of(step.result);
  const float zeros = std::fma(a, float(zero_of(*step.tensors[0])), b * float(zero_of(*step.tensors[1])));
  return {{a, b}, float(zero_of(step.result)) - zeros};
}

Bounds sum_bounds(const Step& step) {
  const file::Clamp& fused = step.settings<file::Elementwise>().fused;
  return step.mode == Requantise::integer ? bounds_of(step.result, fused)
                                          : nearest_bounds_of(step.result, fused);
}

namespace {

void sum_integer(const Step& step, file::Value& output) {
  const IntegerSum factors = integer_sum(step);
  const auto brought = [&](size_t i) {
    return mapped(step, i,
                  [&](int32_t x) { return product(x * (1 << IntegerSum::shift), factors.inputs[i]); });
  };
  const file::Value a = brought(0), b = brought(1);
  exactly(step, file::Elementwise{}, {&a, &b}, output);
  const Bounds bounds = sum_bounds(step);
  for (double& x : output.numbers)
    x = std::clamp(product(int32_t(x), factors.output) + zero_of(step.result), bounds.least, bounds.most);
}

// The last half is rounded up.
void sum_floating(const Step& step, file::Value& output) {
  const FloatingSum factors = floating_sum(step);
  const file::Value a = mapped(step, 0, [&](int32_t x) { return x * factors.factors[0]; });
  const file::Value b = mapped(step, 1, [&](int32_t x) { return x * std::abs(factors.factors[1]); });
  exactly(step, file::Elementwise{}, {&a, &b}, output);
  const Bounds bounds = sum_bounds(step);
  for (double& x : output.numbers) {
    const int64_t places = (int64_t(x) + (int64_t(1) << (factors.bits - 1))) >> factors.bits;
    x = double(std::clamp<int64_t>(places + zero_of(step.result), bounds.least, bounds.most));
  }
}

// The second product is added first. In double both products with what they are added to are exact, within
// the factors that check_sum() takes, so that each is rounded once, as by an FMA.
void sum_onnx(const Step& step, file::Value& output) {
  const OnnxSum f = onnx_sum(step);
  const file::Value* numbers[] = {step.values[0], step.values[1]};
  const auto places = [&](double a, double b) {
    const auto first = float(b * f.factors[1] + f.added);
    return std::nearbyint(float(a * f.factors[0] + first));
  };
  // Where shapes differ, one is broadcast: sums of 512 a + b say both numbers.
  file::Value high = *numbers[0];
  for (double& x : high.numbers) x = x * 512 + 256;
  exactly(step, file::Elementwise{}, {&high, numbers[1]}, output);
  const Bounds bounds = sum_bounds(step);
  for (double& x : output.numbers) {
    const double a = std::floor(x / 512), b = x - a * 512 - 256;
    x = std::clamp<double>(places(a, b), bounds.least, bounds.most);
  }
}

}  // namespace

void operations::check_sum(const Step& step) {
  expect_bytes(step, 0, 1);
  if (step.mode == Requantise::onnx) {
    if (step.operation.kind != OperationKind::add)
      file::refuse(step.operation, "ONNX Runtime subtracts no bytes");
    for (size_t i = 0; i < 2; ++i) {
      const float factor = scale_of(*step.tensors[i]) / scale_of(step.result);
      if (!(factor >= 0x1p-12f && factor < 0x1p8f))
        refuse_tensor(step, *step.tensors[i],
                      fmt::format("its scale is {:g} times the result's; expected 1/4096 to 256", factor));
    }
    return;
  }
  if (!(output_factor(step) < 1))
    file::refuse(step.operation, "scales of the inputs 2^19 times the result's, which LiteRT does not take");
  if (step.mode == Requantise::integer) return;
  for (size_t i = 0; i < 2; ++i) {
    const float factor = scale_of(*step.tensors[i]) / scale_of(step.result);
    if (!(factor >= 0x1p-10f && factor < 0x1p8f))
      refuse_tensor(step, *step.tensors[i],
                    fmt::format("its scale is {:g} times the result's; XNNPACK takes 1/1024 to 256", factor));
  }
}

void operations::sum(const Step& step, file::Value& output) {
  if (step.mode == Requantise::integer)
    sum_integer(step, output);
  else if (step.mode == Requantise::floating)
    sum_floating(step, output);
  else
    sum_onnx(step, output);
}

}  // namespace mobilith::quantised
