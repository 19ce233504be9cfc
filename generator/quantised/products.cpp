// Convolutions and fully connected layers: sums of products of whole numbers, requantised.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/factors.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::ElementType;
using file::OperationKind;

namespace {

const file::Clamp& fused_of(const Step& step) {
  return step.operation.kind == OperationKind::convolution ? step.settings<file::Convolution>().fused
                                                           : step.settings<file::FullyConnected>().fused;
}

file::Attributes without_activation(const Step& step) {
  file::Attributes settings = step.operation.attributes;
  if (auto* convolution = std::get_if<file::Convolution>(&settings)) convolution->fused = {};
  if (auto* dense = std::get_if<file::FullyConnected>(&settings)) dense->fused = {};
  return settings;
}

size_t channels_of(const Step& step) { return size_t(step.result.shape->back()); }

float weight_scale(const Step& step, size_t channel) {
  const auto& scales = step.tensors[1]->quantisation.scales;
  return float(scales[scales.size() > 1 ? channel : 0]);
}

bool is_dense(const Step& step) { return step.operation.kind == OperationKind::fully_connected; }

}  // namespace

// For convolutions of u8 LiteRT multiplies the scales of image and weights as floats. ONNX Runtime's factor
// is XNNPACK's. (ComputeOutputScale() in its qlinearconv.cc and quant_gemm.cc)
double product_factor(const Step& step, size_t output) {
  const float image = scale_of(*step.tensors[0]), weights = weight_scale(step, output);
  if (step.mode != Requantise::integer) return image * weights / scale_of(step.result);
  const bool floats = step.tensors[0]->type == ElementType::u8 && !is_dense(step);
  return (floats ? double(image * weights) : double(image) * weights) / scale_of(step.result);
}

Bounds product_bounds(const Step& step) {
  return step.mode == Requantise::integer ? bounds_of(step.result, fused_of(step))
                                          : nearest_bounds_of(step.result, fused_of(step));
}

namespace {

// A convolution's factor is whole. The reference kernels of fully connected layers have theirs in double.
// (the two conv.h of the reference kernels; FullyConnected() with scales in fully_connected.h)
void requantise_integer(const Step& step, file::Value& output) {
  const Bounds bounds = product_bounds(step);
  const int32_t zero = zero_of(step.result);
  const size_t channels = channels_of(step);
  std::vector<double> factors(channels);
  std::vector<Multiplier> multipliers(channels);
  for (size_t c = 0; c < channels; ++c) {
    factors[c] = product_factor(step, c);
    multipliers[c] = multiplier_of(factors[c]);
  }
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const size_t c = i % channels;
    const double places = is_dense(step) ? std::round(output.numbers[i] * factors[c])
                                         : double(product(int32_t(output.numbers[i]), multipliers[c]));
    output.numbers[i] = std::clamp<double>(places + zero, bounds.least, bounds.most);
  }
}

// (also MlasRequantizeOutput() in ONNX Runtime's quantize.cpp)
void requantise_floating(const Step& step, file::Value& output) {
  const Bounds bounds = product_bounds(step);
  const size_t channels = channels_of(step);
  std::vector<float> factors(channels);
  for (size_t c = 0; c < channels; ++c) factors[c] = float(product_factor(step, c));
  for (size_t i = 0; i < output.numbers.size(); ++i)
    output.numbers[i] =
        requantised(int32_t(output.numbers[i]), factors[i % channels], zero_of(step.result), bounds);
}

}  // namespace

void operations::products(const Step& step, file::Value& output) {
  const file::Value image = centred(*step.tensors[0], *step.values[0]);
  const file::Value weights = centred(*step.tensors[1], *step.values[1]);
  exactly(step, without_activation(step), {&image, &weights, step.has(2) ? step.values[2] : nullptr}, output);
  if (step.mode == Requantise::integer)
    requantise_integer(step, output);
  else
    requantise_floating(step, output);
}

}  // namespace mobilith::quantised
