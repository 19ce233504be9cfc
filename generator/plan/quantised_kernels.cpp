#include "plan/quantised_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <stdexcept>

#include "plan/packer.h"
#include "plan/quantised_weights.h"
#include "schedules/kernel_types.h"
#include "schedules/quantised_pixels.h"
#include "schedules/quantised_products.h"

namespace mobilith {

namespace {

const Layer& layer_of(const Block& block) { return block.layers.front(); }

// Other kernels find the library's own order: models/quantised_network.cpp.
bool reads_image(const Block& block) {
  const QuantisedKind kind = block.quantised->kind;
  const bool may =
      kind == QuantisedKind::convolution || kind == QuantisedKind::depthwise || kind == QuantisedKind::lookup;
  return may && (block.inputs.front() < 0 || block.quantised->reads_dense);
}

// QuantisedProductsShape::near, for bytes from 0 to 255.
bool stays_near(const Quantised& quantised) {
  if (quantised.rescale != Rescale::floating) return false;
  const Numbers &bias = quantised.constants.at("bias"), &factors = quantised.constants.at("factors");
  Numbers least = bias, most = bias;
  for (size_t i = 0; i < quantised.weights.size(); i++) {
    const double weight = quantised.weights[i];
    (weight < 0 ? least : most).at(i % factors.size()) += UINT8_MAX * weight;
  }
  for (size_t o = 0; o < factors.size(); o++)
    if (!(std::max(std::abs(least[o]), std::abs(most[o])) * std::abs(factors[o]) < 0.99 * near_most))
      return false;
  return true;
}

QuantisedProductsShape products_shape(const Block& block) {
  const Layer& layer = layer_of(block);
  QuantisedProductsShape shape{window_of(layer), layer.in.channels, layer.out.channels,
                               block.quantised->rescale};
  shape.image = reads_image(block), shape.is_signed = block.inputs.front() < 0 && block.quantised->is_signed;
  shape.near = stays_near(*block.quantised);
  return shape;
}

QuantisedPoolShape window_pool_shape(const Block& block) {
  const Layer& layer = layer_of(block);
  return {window_of(layer), layer.in.channels, block.quantised->maximum, block.quantised->is_signed};
}

// PixelsShape::near: the product of two bytes less their zero points.
bool product_stays_near(const Quantised& quantised) {
  return quantised.kind == QuantisedKind::product && quantised.rescale == Rescale::floating &&
         double{UINT8_MAX} * UINT8_MAX * std::abs(quantised.constants.at("factors").front()) <
             0.99 * near_most;
}

PixelsShape pixels_shape(const Block& block) {
  const Shape& in = layer_of(block).in;
  return {in.height * in.width,
          in.channels,
          block.quantised->rescale,
          block.quantised->is_signed,
          reads_image(block),
          block.quantised->other,
          block.quantised->by_pixel,
          block.quantised->dense,
          block.quantised->kind == QuantisedKind::lookup && block.quantised->constants.contains("limits"),
          product_stays_near(*block.quantised)};
}

ConcatenationShape concatenation_shape(const Block& block) {
  ConcatenationShape shape{layer_of(block).in.height * layer_of(block).in.width, {}};
  for (const Layer& layer : block.layers) shape.parts.push_back(layer.in.channels);
  return shape;
}

template <typename T>
void append_as(std::string& bytes, double number) {
  const auto typed = static_cast<T>(number);
  bytes.append(reinterpret_cast<const char*>(&typed), sizeof typed);
}

// The numbers as the operand's type, and zeros behind them.
std::string bytes_of_numbers(const Numbers& numbers, const Halide::ImageParam& operand) {
  const auto count = static_cast<size_t>(elements_of(operand));
  if (numbers.size() > count) throw std::logic_error(operand.name() + ": more numbers than the kernel reads");
  std::string bytes;
  for (size_t i = 0; i < count; i++) {
    const double number = i < numbers.size() ? numbers[i] : 0;
    const Halide::Type type = operand.type();
    if (type == Halide::Float(32)) append_as<float>(bytes, number);
    if (type == Halide::Float(64)) append_as<double>(bytes, number);
    if (type == Halide::Int(32)) append_as<int32_t>(bytes, number);
    if (type == Halide::UInt(8)) append_as<uint8_t>(bytes, number);
  }
  return bytes;
}

void pack_constants(Packer& packer, const std::map<std::string, Numbers>& constants,
                    const Operands& operands) {
  for (const Halide::ImageParam& operand : operands)
    if (const auto found = constants.find(operand.name()); found != constants.end())
      packer.add_bytes(operand.name(), bytes_of_numbers(found->second, operand));
}

void pack_pixels(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const BlockKernel kernel = quantised_kernel(block);
  pack_constants(packer, block.quantised->constants,
                 kernel_type(kernel.type).operands(kernel.shape, machine));
}

// Of products of bytes that are taken as 128 less. What is taken off for the weights' zero point is less by
// 128 of that, too, so that it is whole weights that count.
Numbers bias_of_like_signs(const Block& block, const QuantisedProductsShape& shape) {
  Numbers bias = block.quantised->constants.at("bias");
  const std::vector<int16_t>& weights = block.quantised->weights;
  for (size_t i = 0; i < weights.size(); i++)
    bias.at(i % static_cast<size_t>(shape.out_channels)) += 128.0 * weights[i];
  return bias;
}

void pack_products(Packer& packer, const Block& block, const Machine& machine, InputSizes) {
  const BlockKernel kernel = quantised_kernel(block);
  QuantisedProductsShape shape = products_shape(block);
  const bool depthwise = block.quantised->kind == QuantisedKind::depthwise;
  if (machine.byte_pairs && !depthwise && shape.pointwise() &&
      pairs_fit(block.quantised->weights, shape.out_channels))
    shape.reduced_range = true, packer.set("reduced_range");
  const QuantisedProductsLayout layout =
      depthwise ? depthwise_layout(shape, machine) : convolution_layout(shape, machine);
  const SplitWeights split = split_weights(block.quantised->weights, layout.weight_bytes == 1);
  const Operands operands = kernel_type(kernel.type).operands(kernel.shape, machine);
  std::map<std::string, Numbers> constants = block.quantised->constants;
  if (layout.like_signs) constants.at("bias") = bias_of_like_signs(block, shape);
  pack_constants(packer, constants, operands);
  packer.add_bytes("weights", pack_weights(split.weights, shape, layout, depthwise));
  if (split.offset == 0) return;
  packer.set("zero_sums");
  packer.add_bytes("zero_weights", pack_zero_weights(-split.offset, shape, layout, depthwise));
}

}  // namespace

BlockKernel quantised_kernel(const Block& block) {
  switch (block.quantised->kind) {
    case QuantisedKind::convolution:
      return {"quantised_convolution", products_shape(block), pack_products};
    case QuantisedKind::depthwise:
      return {"quantised_depthwise", products_shape(block), pack_products};
    case QuantisedKind::sum:
      return {"quantised_sum", pixels_shape(block), pack_pixels};
    case QuantisedKind::product:
      return {"quantised_product", pixels_shape(block), pack_pixels};
    case QuantisedKind::concatenation:
      return {"concatenation", concatenation_shape(block), pack_pixels};
    case QuantisedKind::pool:
      return {"quantised_pool", window_pool_shape(block), pack_pixels};
    case QuantisedKind::mean:
      return {"quantised_mean", pixels_shape(block), pack_pixels};
    case QuantisedKind::softmax:
      return {"quantised_softmax", pixels_shape(block), pack_pixels};
    case QuantisedKind::lookup:
      return {"lookup", pixels_shape(block), pack_pixels};
    case QuantisedKind::quantise:
      return {"quantise", pixels_shape(block), pack_pixels};
    case QuantisedKind::dequantise:
      return {"dequantise", pixels_shape(block), pack_pixels};
  }
  throw std::logic_error("no kernel for this operation of whole numbers");
}

}  // namespace mobilith
