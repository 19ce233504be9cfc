// Operations that ONNX has for bytes: the same as those of floats between DequantizeLinear and
// QuantizeLinear, which they become here.
#include <fmt/format.h>

#include "formats/onnx_nodes.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

// The node's input of this number; -1: not given.
int input(const NodeReading& node, size_t i) { return node.given(i) ? node.to.inputs[i] : -1; }

// Appends an operation of the node's name. Returns its result.
int append(NodeReading& node, OperationKind kind, Attributes attributes, std::vector<int> inputs) {
  const int result = node.add_tensor({.name = node.to.name});
  node.graph.operations.push_back(
      {kind, node.to.type, node.to.name, std::move(inputs), {result}, std::move(attributes)});
  return result;
}

// What the node's inputs i (numbers), i + 1 (scale) and i + 2 (zero point) mean.
int meaning(NodeReading& node, size_t i, int64_t axis = 1) {
  return append(node, OperationKind::dequantise, Quantise{axis},
                {input(node, i), input(node, i + 1), input(node, i + 2)});
}

// The operation, and the node as what quantises its result by inputs i and i + 1.
void finish(NodeReading& node, OperationKind kind, Attributes attributes, std::vector<int> inputs, size_t i) {
  const int scale = input(node, i), zero = input(node, i + 1);
  const int result = append(node, kind, std::move(attributes), std::move(inputs));
  node.to.inputs = {result, scale, zero};
  node.to.attributes = Quantise{};
}

std::vector<double> constant_scales(const NodeReading& node, size_t i) {
  const Tensor* tensor = node.given(i) ? &node.graph.tensors[size_t(node.to.inputs[i])] : nullptr;
  if (!tensor || !tensor->constant || tensor->type != ElementType::f32)
    refuse(node.to, fmt::format("input {} must be a constant scale", i));
  return value_of(*tensor).numbers;
}

// What a bias means, whose scale is that of image times weights.
int bias(NodeReading& node, size_t i, size_t image_scale, size_t weights_scale) {
  if (!node.given(i)) return -1;
  const std::vector<double> image = constant_scales(node, image_scale);
  const std::vector<double> weights = constant_scales(node, weights_scale);
  if (image.size() != 1)
    refuse(node.to, fmt::format("input {} has {} scales; expected one", image_scale, image.size()));
  const auto owner = std::make_shared<std::vector<float>>();
  for (const double scale : weights) owner->push_back(float(image[0]) * float(scale));
  Tensor scales{.name = node.to.name, .type = ElementType::f32, .shape = Extents{int64_t(owner->size())}};
  scales.constant =
      Bytes{owner, {reinterpret_cast<const char*>(owner->data()), owner->size() * sizeof(float)}};
  const int made = node.add_tensor(std::move(scales));
  return append(node, OperationKind::dequantise, Quantise{0}, {node.to.inputs[i], made});
}

void expect_channels_first(NodeReading& node) {
  if (node.integer("channels_last", 0) != 0) refuse(node.to, "'channels_last', as in no file of others");
}

void binary(NodeReading& node, OperationKind kind) {
  node.at_most(8);
  const int a = meaning(node, 0), b = meaning(node, 3);
  finish(node, kind, Elementwise{}, {a, b}, 6);
}

}  // namespace

void nodes::linear_conv(NodeReading& node) {
  node.at_most(9);
  conv(node);
  const Attributes settings = node.to.attributes;
  const int image = meaning(node, 0), weights = meaning(node, 3, 0);
  const int added = bias(node, 8, 1, 4);
  finish(node, OperationKind::convolution, settings, {image, weights, added}, 6);
}

void nodes::linear_gemm(NodeReading& node) {
  node.at_most(9);
  const Gemm settings{node.number("alpha", 1), 1, node.integer("transA", 0) != 0,
                      node.integer("transB", 0) != 0};
  if (!node.given(7)) refuse(node.to, "its result is floats or whole numbers of 32 bits; expected bytes");
  const int image = meaning(node, 0), weights = meaning(node, 3, settings.transpose_b ? 0 : 1);
  const int added = bias(node, 6, 1, 4);
  finish(node, OperationKind::gemm, settings, {image, weights, added}, 7);
}

void nodes::linear_matmul(NodeReading& node) {
  node.at_most(8);
  const int image = meaning(node, 0), weights = meaning(node, 3, 1);
  finish(node, OperationKind::matmul, {}, {image, weights}, 6);
}

void nodes::linear_add(NodeReading& node) { binary(node, OperationKind::add); }
void nodes::linear_multiply(NodeReading& node) { binary(node, OperationKind::multiply); }

// Scale and zero point of the result come first, then three inputs for each part.
void nodes::linear_concat(NodeReading& node) {
  if (!node.has("axis")) refuse(node.to, "it has no axis");
  if (node.to.inputs.size() < 5 || node.to.inputs.size() % 3 != 2)
    refuse(node.to, fmt::format("{} inputs; expected two and three for each part", node.to.inputs.size()));
  std::vector<int> parts;
  for (size_t i = 2; i < node.to.inputs.size(); i += 3) parts.push_back(meaning(node, i));
  finish(node, OperationKind::concatenate, Axis{node.integer("axis", 0)}, std::move(parts), 0);
}

void nodes::linear_global_average_pool(NodeReading& node) {
  node.at_most(5);
  expect_channels_first(node);
  const Reduce settings{
      .what = Reduction::mean, .axes = std::vector<int64_t>{2, 3}, .keep_axes = true, .rank = 4};
  finish(node, OperationKind::reduce, settings, {meaning(node, 0)}, 3);
}

void nodes::linear_average_pool(NodeReading& node) {
  node.at_most(5);
  expect_channels_first(node);
  const std::vector<int> inputs = node.to.inputs;
  node.to.inputs.resize(1);
  average_pool(node);
  node.to.inputs = inputs;
  const Attributes settings = node.to.attributes;
  finish(node, OperationKind::pool, settings, {meaning(node, 0)}, 3);
}

void nodes::linear_sigmoid(NodeReading& node) {
  node.at_most(5);
  finish(node, OperationKind::sigmoid, {}, {meaning(node, 0)}, 3);
}

// `opset` is that of the Softmax that it was made of.
void nodes::linear_softmax(NodeReading& node) {
  node.at_most(5);
  if (!node.has("opset")) refuse(node.to, "it has no opset");
  const bool old = node.integer("opset", 13) < 13;
  const Softmax settings{.axis = node.integer("axis", old ? 1 : -1), .flatten = old};
  finish(node, OperationKind::softmax, settings, {meaning(node, 0)}, 3);
}

}  // namespace mobilith::file
