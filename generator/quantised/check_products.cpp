// What convolutions and fully connected layers must have, so that their sums are what the scales say.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/operations.h"

namespace mobilith::quantised {

using file::ElementType;
using file::Tensor;

namespace {

// The axis of the weights along which outputs are.
int output_axis(const Step& step) {
  const auto* settings = std::get_if<file::Convolution>(&step.operation.attributes);
  return settings && settings->kernel == file::KernelOrder::depthwise ? 3 : 0;
}

int64_t outputs_of(const Step& step) { return step.result.shape->back(); }

void check_weights(const Step& step) {
  const Tensor& weights = *step.tensors[1];
  const auto& [scales, zeros, axis] = weights.quantisation;
  if (!weights.constant) refuse_tensor(step, weights, "weights that are computed; expected constant ones");
  const bool onnx = step.mode == Requantise::onnx;
  if (weights.type != step.result.type && !(onnx && weights.type == ElementType::i8))
    refuse_tensor(
        step, weights,
        fmt::format("{}; expected {}, as the image", name_of(weights.type), name_of(step.result.type)));
  const int64_t outputs = outputs_of(step);
  if (scales.size() != 1 && ((weights.type == ElementType::u8 && !onnx) || int64_t(scales.size()) != outputs))
    refuse_tensor(
        step, weights,
        fmt::format("{} scales for {} outputs of {}", scales.size(), outputs, name_of(weights.type)));
  if (weights.type == ElementType::u8 || scales.size() > 1)
    expect_scales(step, weights, scales.size() > 1 ? output_axis(step) : 0);
  if (scales.size() > 1 && axis != output_axis(step))
    refuse_tensor(step, weights, fmt::format("scales along axis {}; expected {}", axis, output_axis(step)));
  if (onnx && std::count(zeros.begin(), zeros.end(), zeros[0]) != int64_t(zeros.size()))
    refuse_tensor(step, weights, "zero points that differ from channel to channel");
  if (weights.type == ElementType::i8 && !onnx)
    for (const int64_t zero : zeros)
      if (zero != 0) refuse_tensor(step, weights, fmt::format("a zero point of {}; expected 0 for i8", zero));
}

// Kernels take it from the shapes, but XNNPACK leaves a depthwise convolution that says another one to
// other kernels.
void check_multiplier(const Step& step) {
  const auto* settings = std::get_if<file::Convolution>(&step.operation.attributes);
  if (!settings || settings->kernel != file::KernelOrder::depthwise || step.mode != Requantise::floating)
    return;
  const int64_t multiplier = outputs_of(step) / step.tensors[0]->shape->back();
  if (settings->said_multiplier != multiplier)
    file::refuse(step.operation, fmt::format("a depth multiplier of {}; XNNPACK takes {} for these shapes",
                                             settings->said_multiplier, multiplier));
}

double scale_at(const Tensor& tensor, int64_t output) {
  const auto& scales = tensor.quantisation.scales;
  return scales[scales.size() > 1 ? size_t(output) : 0];
}

void check_bias(const Step& step) {
  if (!step.has(2)) {
    if (step.operation.kind == file::OperationKind::convolution && step.mode != Requantise::onnx)
      file::refuse(step.operation, "no bias, without which LiteRT computes no convolution of bytes");
    return;
  }
  const Tensor& bias = *step.tensors[2];
  const auto& [scales, zeros, axis] = bias.quantisation;
  if (bias.type != ElementType::i32 || !bias.constant)
    refuse_tensor(step, bias, fmt::format("a bias of {}; expected a constant of i32", name_of(bias.type)));
  if (scales.size() != 1 && int64_t(scales.size()) != outputs_of(step))
    refuse_tensor(step, bias, fmt::format("{} scales for {} outputs", scales.size(), outputs_of(step)));
  if (step.mode == Requantise::floating && scales.size() != step.tensors[1]->quantisation.scales.size())
    refuse_tensor(step, bias,
                  fmt::format("{} scales, and weights with {}, which XNNPACK does not take", scales.size(),
                              step.tensors[1]->quantisation.scales.size()));
  expect_scales(step, bias, 0);
  for (const int64_t zero : zeros)
    if (zero != 0) refuse_tensor(step, bias, fmt::format("a zero point of {}; expected 0 for a bias", zero));
  for (int64_t o = 0; o < outputs_of(step); ++o) {
    const double product = double(scale_of(*step.tensors[0])) * scale_at(*step.tensors[1], o);
    const double apart = std::abs(product - scale_at(bias, o));
    // LiteRT's own bound: GetQuantizedConvolutionMultipler() in kernels/kernel_util.cc. ONNX Runtime does not
    // look; writers round the product in their own ways.
    const double most = step.mode == Requantise::onnx ? 1e-5 * product : 0.02 * scale_of(step.result);
    if (!(apart <= most))
      refuse_tensor(
          step, bias,
          fmt::format("a bias of scale {:g}; image times weights is {:g}", scale_at(bias, o), product));
  }
}

void check_factors(const Step& step) {
  for (int64_t o = 0; o < outputs_of(step); ++o) {
    const double factor =
        double(scale_of(*step.tensors[0])) * scale_at(*step.tensors[1], o) / scale_of(step.result);
    if (step.mode == Requantise::onnx && !(factor >= 0x1p-100 && factor <= 0x1p100))
      refuse_tensor(step, *step.tensors[1],
                    fmt::format("the scales of image and weights are {:g} times the result's", factor));
    if (step.mode != Requantise::onnx && !(factor < 256))
      refuse_tensor(
          step, *step.tensors[1],
          fmt::format(
              "the scales of image and weights are {:g} times the result's; XNNPACK takes less than 256",
              factor));
  }
}

// The largest sum of each output, whatever the image holds.
std::vector<double> largest_sums(const Step& step) {
  const Tensor &image = *step.tensors[0], &weights = *step.tensors[1];
  const auto [least, most] = file::range_of(image.type);
  const double zero = zero_of(image), furthest = std::max(most - zero, zero - least);
  const double weights_zero = double(weights.quantisation.zero_points[0]);
  std::vector<double> sums(size_t(outputs_of(step)), 0.0);
  const std::string_view bytes = weights.constant->view;
  const bool last = output_axis(step) == 3;
  const size_t each = bytes.size() / sums.size();
  for (size_t i = 0; i < bytes.size(); ++i)
    sums[last ? i % sums.size() : i / each] +=
        std::abs(file::element(weights.type, bytes.data() + i) - weights_zero) * furthest;
  if (step.has(2))
    for (size_t o = 0; o < sums.size(); ++o)
      sums[o] += std::abs(file::element(ElementType::i32, step.tensors[2]->constant->view.data() + 4 * o));
  return sums;
}

void check_sums(const Step& step) {
  const std::vector<double> sums = largest_sums(step);
  for (size_t o = 0; o < sums.size(); ++o)
    if (sums[o] > 0x7fffffff)
      refuse_tensor(step, *step.tensors[step.has(2) ? 2 : 1],
                    fmt::format("sums of output {} may reach {:g}, more than 32 bits hold", o, sums[o]));
}

}  // namespace

void operations::check_products(const Step& step) {
  expect_bytes(step, 0, 0);
  check_weights(step);
  check_multiplier(step);
  check_bias(step);
  if (outputs_of(step) < 1) return;
  check_factors(step);
  check_sums(step);
}

}  // namespace mobilith::quantised
