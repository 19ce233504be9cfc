// Convolutions and products with matrices, with constant weights.
#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "quantised/fusing.h"
#include "quantised/step.h"

namespace mobilith::quantised {

using file::ElementType;
using file::Extents;
using file::OperationKind;
using file::Tensor;

namespace {

// A constant that a DequantizeLinear reads: the stored numbers with their meaning.
Tensor stored_constant(Fusing& fusing, const file::Operation& operation, size_t i, const char* what) {
  const Tensor& found = fusing.tensor(fusing.at(operation, operation.inputs[i]));
  const std::string place = fmt::format("tensor {}", file::quoted(found.name));
  if (!found.constant) refuse_floats(operation, fmt::format("{}: {} that are computed", place, what));
  if (found.quantisation.scales.empty())
    file::refuse(operation, fmt::format("{}: {} behind no DequantizeLinear", place, what));
  return found;
}

bool has_bias(const file::Operation& operation) {
  return operation.inputs.size() > 2 && operation.inputs[2] >= 0;
}

// A bias of floats, which ONNX Runtime brings to whole numbers first. (WeightBiasQuantization in
// weight_bias_quantization.cc)
Tensor whole_bias(const file::Operation& operation, const Tensor& floats, const Tensor& image,
                  const Tensor& weights) {
  const std::vector<double> numbers = file::value_of(floats).numbers;
  const auto& scales = weights.quantisation.scales;
  if (scales.size() != 1 && scales.size() != numbers.size())
    refuse_floats(operation,
                  fmt::format("{} biases for weights with {} scales", numbers.size(), scales.size()));
  std::vector<double> whole;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const float scale = scale_of(image) * float(scales[scales.size() > 1 ? i : 0]);
    whole.push_back(std::nearbyint(float(numbers[i]) / scale));
    if (!(std::abs(whole.back()) < 0x1p31))
      file::refuse(operation, fmt::format("tensor {}: a bias of {:g}, which is no s32 of scale {:g}",
                                          file::quoted(floats.name), numbers[i], scale));
  }
  Tensor bias = file::constant_tensor(floats.name, *floats.shape, whole, ElementType::i32);
  for (size_t i = 0; i < scales.size(); ++i)
    bias.quantisation.scales.push_back(scale_of(image) * float(scales[i]));
  bias.quantisation.zero_points.assign(scales.size(), 0);
  return bias;
}

// One number for each output, as one axis.
Tensor bias_of(Fusing& fusing, const file::Operation& operation, const Tensor& image, const Tensor& weights) {
  const int64_t outputs = (*weights.shape)[0];
  const Tensor& found = fusing.tensor(fusing.at(operation, operation.inputs[2]));
  Tensor bias = found.constant && found.type == ElementType::f32
                    ? whole_bias(operation, found, image, weights)
                    : stored_constant(fusing, operation, 2, "biases");
  const Extents& shape = *bias.shape;
  if (shape != Extents{outputs} && shape != Extents{1, outputs})
    refuse_floats(operation, fmt::format("biases of {} for {} outputs", file::text_of(shape), outputs));
  bias.shape = Extents{outputs};
  bias.quantisation.axis = 0;
  return bias;
}

}  // namespace

Orders fuse_convolution(Fusing& fusing, const file::Operation& operation, const Target& target) {
  Orders& image = fusing.bytes(operation, operation.inputs[0]);
  auto settings = std::get<file::Convolution>(operation.attributes);
  const Tensor weights = stored_constant(fusing, operation, 1, "weights");
  const int64_t channels = (*fusing.from().tensors[size_t(operation.inputs[0])].shape)[1];
  const int64_t outputs = (*weights.shape)[0];
  const bool depthwise = settings.groups > 1 && settings.groups == channels;
  settings.window.order = file::ImageOrder::channels_last;
  settings.window.height = settings.window.width = 0;
  settings.kernel = depthwise ? file::KernelOrder::depthwise : file::KernelOrder::ohwi;
  if (depthwise) settings.groups = 0, settings.said_multiplier = outputs / channels;
  TwoOrders& orders = fusing.orders();
  std::vector<int> inputs{orders.last(operation, image)};
  // From (output, input of the group, y, x); a depthwise one has one input.
  inputs.push_back(orders.add(depthwise ? permuted(weights, {1, 2, 3, 0}) : permuted(weights, {0, 2, 3, 1})));
  if (has_bias(operation))
    inputs.push_back(orders.add(bias_of(fusing, operation, Tensor(fusing.tensor(image)), weights)));
  Tensor result = target.tensor;
  result.shape = turned_last(*result.shape);
  return {-1,
          orders.emit(operation, OperationKind::convolution, settings, std::move(inputs), std::move(result))};
}

Orders fuse_gemm(Fusing& fusing, const file::Operation& operation, const Target& target) {
  file::Gemm settings;
  if (const auto* own = std::get_if<file::Gemm>(&operation.attributes)) settings = *own;
  if (settings.alpha != 1 || settings.beta != 1 || settings.transpose_a)
    file::refuse(operation,
                 fmt::format("alpha {}, beta {}, transA {}: whole numbers are computed of 1, 1 and 0",
                             settings.alpha, settings.beta, int(settings.transpose_a)));
  Orders& of = fusing.bytes(operation, operation.inputs[0]);
  TwoOrders& orders = fusing.orders();
  std::vector<int> inputs{orders.first(operation, of)};
  Tensor weights = stored_constant(fusing, operation, 1, "weights");
  if (weights.shape->size() != 2 || fusing.tensor(of).shape->size() != 2)
    refuse_floats(operation, "a product of other tensors than two matrices");
  if (!settings.transpose_b) weights = permuted(weights, {1, 0});
  std::optional<Tensor> bias;
  if (has_bias(operation)) bias = bias_of(fusing, operation, Tensor(fusing.tensor(of)), weights);
  inputs.push_back(orders.add(std::move(weights)));
  if (bias) inputs.push_back(orders.add(std::move(*bias)));
  return {orders.emit(operation, OperationKind::fully_connected, file::FullyConnected{}, std::move(inputs),
                      target.tensor),
          -1};
}

}  // namespace mobilith::quantised
