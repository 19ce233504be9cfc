// Between floats and bytes, and from bytes to bytes of another scale.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/fixed_point.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::ElementType;

namespace {

bool is_float(const file::Tensor& tensor) { return tensor.type == ElementType::f32; }

// XNNPACK takes what stays of one type; else LiteRT's kernel computes it, in both answers.
bool stays(const Step& step) { return step.tensors[0]->type == step.result.type; }

// LiteRT divides, XNNPACK multiplies with the reciprocal. (reference/quantize.h; XNNPACK's f32-qs8-vcvt)
double from_float(const Step& step, float x) {
  const float scale = scale_of(step.result);
  // Far numbers are kept where all is known to be far, but not so far that conversions overflow.
  const auto kept = [](float places) {
    return std::clamp(std::isnan(places) ? 0 : places, -32768.f, 32767.f);
  };
  if (step.mode == Requantise::integer) return std::round(kept(x / scale)) + zero_of(step.result);
  return std::nearbyint(kept(x * (1.0f / scale))) + zero_of(step.result);
}

// (reference/requantize.h)
double from_byte_integer(const Step& step, int32_t stored) {
  const Multiplier factor = multiplier_of(double(scale_of(*step.tensors[0])) / scale_of(step.result));
  return product(stored - zero_of(*step.tensors[0]), factor) + zero_of(step.result);
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
                    fmt::format("{} ; expected f32, or bytes with one scale", name_of(tensor->type)));
  if (is_float(from) && is_float(step.result)) file::refuse(step.operation, "from floats to floats");
  if (step.mode == Requantise::integer || is_float(from) || is_float(step.result) || !stays(step)) return;
  const float factor = scale_of(from) / scale_of(step.result);
  if (!(factor >= 0x1p-8f && factor <= 0x1p7f))
    refuse_tensor(step, from,
                  fmt::format("its scale is {:g} times the result's; XNNPACK takes 1/256 to 128", factor));
}

void operations::requantise(const Step& step, file::Value& output) {
  const bool floats = is_float(step.result);
  const auto [least, most] = floats ? Bounds{} : range_of(step.result);
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const double x = step.values[0]->numbers[i];
    if (floats) {
      output.numbers[i] = float(double(scale_of(*step.tensors[0])) * (x - zero_of(*step.tensors[0])));
      continue;
    }
    const double y = is_float(*step.tensors[0])                         ? from_float(step, float(x))
                     : step.mode == Requantise::floating && stays(step) ? from_byte_floating(step, int32_t(x))
                                                                        : from_byte_integer(step, int32_t(x));
    output.numbers[i] = std::clamp<double>(y, least, most);
  }
}

}  // namespace mobilith::quantised
