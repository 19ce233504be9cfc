// Convolutions and fully connected layers of bytes.
#include <fmt/format.h>

#include <cstdlib>

#include "graph/window.h"
#include "models/quantised_blocks.h"
#include "quantised/factors.h"

namespace mobilith {

using file::OperationKind;
using quantised::Multiplier;
using quantised::Step;

namespace {

struct WeightOrder {
  int64_t rows, columns, in, out;
  // Of the file's tensor, in which the weight (row, column, c, o) is.
  int64_t row_step, column_step, in_step, out_step;
};

WeightOrder order_of(const Step& step, const QuantisedImage& image, bool depthwise) {
  const file::Extents& e = *step.tensors[1]->shape;
  if (step.operation.kind == OperationKind::fully_connected) {
    const auto [height, width, channels] = image.shape;
    if (!image.flat) return {1, 1, e.at(1), e.at(0), 0, 0, 1, e[1]};
    return {height, width, channels, e.at(0), int64_t{width} * channels, channels, 1, e.at(1)};
  }
  if (depthwise) return {e.at(1), e.at(2), 1, e.at(3), e[2] * e[3], e[3], 0, 1};
  return {e.at(1), e.at(2), e.at(3), e.at(0), e[2] * e[3], e[3], 1, e[1] * e[2] * e[3]};
}

// (row, column, in, out), without the zero point. In groups: each output has weights of its own group's
// channels, and zeros for others.
std::vector<int16_t> weights_of(const Step& step, const WeightOrder& order, int64_t groups) {
  const file::Tensor& tensor = *step.tensors[1];
  const auto& zeros = tensor.quantisation.zero_points;
  const double zero = double(zeros.at(0));  // several are all the same: quantised::check()
  std::vector<int16_t> weights;
  for (int64_t row = 0; row < order.rows; row++)
    for (int64_t column = 0; column < order.columns; column++)
      for (int64_t c = 0; c < order.in * groups; c++)
        for (int64_t o = 0; o < order.out; o++) {
          if (c / order.in != o / (order.out / groups)) {
            weights.push_back(0);
            continue;
          }
          const int64_t at = row * order.row_step + column * order.column_step +
                             c % order.in * order.in_step + o * order.out_step;
          weights.push_back(int16_t(file::element(tensor.type, tensor.constant->view.data() + at) - zero));
        }
  return weights;
}

// The bias with what the image's zero point makes of the weights. Kernels add up bytes as they are: also
// those sums must fit 32 bits.
Numbers bias_of(const Step& step, const std::vector<int16_t>& weights, size_t outputs, int64_t zero) {
  std::vector<int64_t> sums(outputs, 0);
  for (size_t i = 0; i < weights.size(); i++) sums[i % outputs] += weights[i];
  Numbers bias;
  const double each = double(weights.size()) / double(outputs) * 255 * 255;
  for (size_t o = 0; o < outputs; o++) {
    const double own =
        step.has(2) ? file::element(file::ElementType::i32, step.tensors[2]->constant->view.data() + 4 * o)
                    : 0;
    bias.push_back(own - double(zero * sums[o]));
    if (2 * each + std::abs(bias.back()) > 0x7fffffff)
      file::refuse(step.operation,
                   fmt::format("sums of {} products with a bias of {}: more than a kernel's 32 bits "
                               "hold for certain",
                               weights.size() / outputs, own));
  }
  return bias;
}

void add_factors(const Step& step, Quantised& to, size_t outputs) {
  for (size_t o = 0; o < outputs; o++) {
    const double factor = quantised::product_factor(step, o);
    if (to.rescale != Rescale::integer) {
      to.constants["factors"].push_back(factor);
      continue;
    }
    const Multiplier multiplier = quantised::multiplier_of(factor);
    to.constants["mantissas"].push_back(multiplier.mantissa);
    to.constants["shifts"].push_back(multiplier.shift);
  }
}

LayerWindow window_of(const Step& step, const QuantisedImage& image, const WeightOrder& order) {
  const auto& settings = step.settings<file::Convolution>();
  const file::Window& w = settings.window;
  const auto placed =
      file::place(step.operation, w, file::image_of(step.operation, *step.tensors[0]->shape, w.order),
                  order.rows, order.columns);
  if (w.dilation_height != w.dilation_width)
    file::refuse(step.operation, "dilations that differ; no kernel of whole numbers has such");
  LayerWindow window{int(order.rows), int(order.columns), int(w.stride_height), int(w.dilation_height)};
  window.pads = {int(placed.vertical.before) + image.pads.top, image.pads.bottom,
                 int(placed.horizontal.before) + image.pads.left, image.pads.right};
  if (w.stride_width != w.stride_height) window.other_stride_x = int(w.stride_width);
  return window;
}

}  // namespace

Block quantised_products_block(const Step& step, const QuantisedImage& image) {
  const auto* settings = std::get_if<file::Convolution>(&step.operation.attributes);
  const bool depthwise = settings && settings->kernel == file::KernelOrder::depthwise;
  if (settings && !depthwise && settings->kernel != file::KernelOrder::ohwi)
    file::refuse(step.operation, "weights in another order; no kernel of whole numbers has such");
  const WeightOrder order = order_of(step, image, depthwise);
  Layer layer{depthwise  ? LayerKind::depthwise
              : settings ? LayerKind::convolution
                         : LayerKind::dense,
              step.tensors[1]->name, ""};
  layer.in = image.shape, layer.out = image_shape(step.operation, step.result), layer.bias = step.has(2);
  const int64_t groups = depthwise ? 1 : layer.in.channels / order.in;
  if (!depthwise && order.in * groups != layer.in.channels)
    file::refuse(step.operation, fmt::format("weights of {} channels for {}", order.in, layer.in.channels));
  if (image.flat) layer.window.height = layer.in.height, layer.window.width = layer.in.width;
  if (settings) layer.window = window_of(step, image, order);
  if (depthwise) layer.depth_multiplier = layer.out.channels / layer.in.channels;
  if (!settings && !image.flat && (layer.in.height != 1 || layer.in.width != 1))
    file::refuse(step.operation,
                 "a fully connected layer of several pixels; no kernel of whole numbers has such");

  auto to = std::make_shared<Quantised>();
  to->kind = depthwise ? QuantisedKind::depthwise : QuantisedKind::convolution;
  const bool integer = step.mode == quantised::Requantise::integer;
  to->rescale = !integer ? Rescale::floating : settings ? Rescale::integer : Rescale::real;
  to->is_signed = step.tensors[0]->type == file::ElementType::i8;
  to->weights = weights_of(step, order, groups);
  const int64_t zero = quantised::zero_of(*step.tensors[0]) + offset_of(*step.tensors[0]);
  const auto outputs = size_t(layer.out.channels);
  to->constants["bias"] = bias_of(step, to->weights, outputs, zero);
  add_factors(step, *to, outputs);
  const quantised::Bounds bounds = quantised::product_bounds(step);
  const int offset = offset_of(step.result);
  to->constants["limits"] = {double(quantised::zero_of(step.result) + offset), double(bounds.least + offset),
                             double(bounds.most + offset), double(zero)};
  Block block{BlockKind::quantised,
              depthwise  ? "depthwise"
              : settings ? "convolution"
                         : "dense",
              "",
              {layer}};
  block.quantised = std::move(to);
  return block;
}

}  // namespace mobilith
