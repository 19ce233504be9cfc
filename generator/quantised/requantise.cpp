// Between floats and bytes, and from bytes to bytes of another scale.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/fixed_point.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::ElementType;

namespace {

bool is_float(const file::Tensor& tensor) { return tensor.type == ElementType::f32; }

// XNNPACK takes what stays of one type; else LiteRT computes it with a kernel of its own.
bool stays(const Step& step) { return step.tensors[0]->type == step.result.type; }

// LiteRT divides, XNNPACK multiplies with the reciprocal. (quantize.h; XNNPACK's f32-qs8-vcvt)
double from_float(const Step& step, float x) {
  if (step.mode == Requantise::onnx) return quantised_linearly(step.result, x);
  const float scale = scale_of(step.result);
  // Far numbers are kept where all is known to be far, but not so far that conversions overflow.
  const auto kept = [](float places) {
    return std::clamp(std::isnan(places) ? 0 : places, -32768.f, 32767.f);
  };
  if (step.mode == Requantise::integer) return std::round(kept(x / scale)) + zero_of(step.result);
  return std::nearbyint(kept(x * (1.0f / scale))) + zero_of(step.result);
}

// (requantize.h)
double from_byte_integer(const Step& step, int32_t stored) {
  const Multiplier factor = multiplier_of(double(scale_of(*step.tensors[0])) / scale_of(step.result));
  return product(stored - zero_of(*step.tensors[0]), factor) + zero_of(step.result);
}

// As product(), but the shift rounds halves up, too: of 16 numbers at a time LiteRT's optimised kernel has
// vectors, which round so, and of the rest it is the reference's. (Requantize() in optimized_ops.h,
// MultiplyByQuantizedMultiplier4Rows() in common.h)
double from_byte_optimised(const Step& step, int32_t stored, size_t place, size_t count) {
  if (place >= count / 16 * 16) return from_byte_integer(step, stored);
  const Multiplier factor = multiplier_of(double(scale_of(*step.tensors[0])) / scale_of(step.result));
  const int left = std::max(factor.shift, 0), right = std::max(-factor.shift, 0);
  const auto x = int64_t(int32_t(uint32_t(stored - zero_of(*step.tensors[0])) << left));
  const int64_t half = (x * factor.mantissa + (int64_t(1) << 30)) >> 31;
  return double((right ? (half + (int64_t(1) << (right - 1))) >> right : half) + zero_of(step.result));
}

// A factor of 8 bits after the point; halves are rounded up. (XNNPACK's qs8-vcvt)
double from_byte_floating(const Step& step, int32_t stored) {
  const auto factor = int32_t(std::lrint(256.0f * (scale_of(*step.tensors[0]) / scale_of(step.result))));
  return double((((stored - zero_of(*step.tensors[0])) * factor + 128) >> 8) + zero_of(step.result));
}

}  // namespace

void operations::check_requantise(const Step& step) {
  const file::Tensor& from = *step.tensors[0];
  for (const file::Tensor* tensor : {&from, &step.result})
    if (!is_float(*tensor) && !is_byte(*tensor))
      refuse_tensor(step, *tensor,
                    fmt::format("{}; expected f32, or bytes with one scale", name_of(tensor->type)));
  if (is_float(from) && is_float(step.result)) file::refuse(step.operation, "from floats to floats");
  for (const file::Tensor* tensor : {&from, &step.result})
    if (!is_float(*tensor)) expect_scales(step, *tensor, 0);
  if (is_float(from) || is_float(step.result)) return;
  expect_factor(step, from, scale_of(from) / scale_of(step.result));
  if (step.mode != Requantise::floating || !stays(step)) return;
  const float factor = scale_of(from) / scale_of(step.result);
  if (!(factor >= 0x1p-8f && factor <= 0x1p7f))
    refuse_tensor(step, from,
                  fmt::format("its scale is {:g} times the result's; XNNPACK takes 1/256 to 128", factor));
}

namespace {

double from_byte(const Step& step, int32_t stored, size_t place, size_t count) {
  if (step.mode == Requantise::onnx)
    return quantised_linearly(step.result, meaning_of(*step.tensors[0], stored));
  if (step.mode == Requantise::integer) return from_byte_integer(step, stored);
  return stays(step) ? from_byte_floating(step, stored) : from_byte_optimised(step, stored, place, count);
}

}  // namespace

void operations::requantise(const Step& step, file::Value& output) {
  const file::Tensor& from = *step.tensors[0];
  const bool floats = is_float(step.result);
  const auto [least, most] = floats ? Bounds{} : range_of(step.result);
  const std::vector<double>& numbers = step.values[0]->numbers;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (floats) {
      output.numbers[i] = float(double(scale_of(from)) * (numbers[i] - zero_of(from)));
      continue;
    }
    const double stored = is_float(from) ? from_float(step, float(numbers[i]))
                                         : from_byte(step, int32_t(numbers[i]), i, numbers.size());
    output.numbers[i] = std::clamp<double>(stored, least, most);
  }
}

}  // namespace mobilith::quantised
