// What ONNX computes of numbers: activations, norms, products.
#include <fmt/format.h>

#include <limits>

#include "formats/onnx_nodes.h"

namespace mobilith::file {

void nodes::batch_normalization(NodeReading& node) {
  node.at_most(5);
  node.to.attributes = BatchNorm{node.number("epsilon", 1e-5f)};
  node.ignore("momentum");  // of training
  if (node.opset < 9 && node.integer("spatial", 1) != 1) refuse(node.to, "a batch norm of each pixel alone");
  // Until then a norm is in training where it gives its statistics, too.
  const bool trains = node.opset < 14 ? node.outputs() > 1 : node.integer("training_mode", 0) != 0;
  if (trains) refuse(node.to, "a batch norm in training; expected one for inference");
}

void nodes::clip(NodeReading& node) {
  Clamp bounds;
  if (node.opset < 11) {
    node.at_most(1);
    constexpr double largest = std::numeric_limits<float>::max();
    bounds = {node.number("min", -largest), node.number("max", largest)};
  } else {
    node.at_most(3);
  }
  node.to.attributes = bounds;
}

void nodes::relu(NodeReading& node) {
  node.at_most(1);
  node.to.attributes = Clamp{.low = 0};
}

void nodes::hard_sigmoid(NodeReading& node) {
  node.to.attributes = HardSigmoid{node.number("alpha", 0.2f), node.number("beta", 0.5f)};
}

// Before opset 13 all axes from `axis` on are one.
void nodes::softmax(NodeReading& node) {
  const bool old = node.opset < 13;
  node.to.attributes = Softmax{.axis = node.integer("axis", old ? 1 : -1), .flatten = old};
}

void nodes::lp_normalization(NodeReading& node) {
  if (node.integer("p", 2) != 2) refuse(node.to, "a norm that is not the root of a sum of squares");
  node.to.attributes = Normalise{.axis = node.integer("axis", -1)};
}

void nodes::elementwise(NodeReading& node) { node.to.attributes = Elementwise{}; }

void nodes::plain(NodeReading&) {}

void nodes::gemm(NodeReading& node) {
  node.to.attributes = Gemm{node.number("alpha", 1), node.number("beta", 1), node.integer("transA", 0) != 0,
                            node.integer("transB", 0) != 0};
}

void nodes::matmul(NodeReading& node) { node.at_most(2); }

namespace {

// Axes are an attribute before `inputs_since`, an input from then on.
void reduce(NodeReading& node, Reduction what, int inputs_since) {
  Reduce settings{.what = what, .keep_axes = node.integer("keepdims", 1) != 0};
  if (node.opset < inputs_since) {
    node.at_most(1);
    settings.axes = node.integers("axes");
  } else {
    settings.none_if_empty = node.integer("noop_with_empty_axes", 0) != 0;
  }
  node.to.attributes = settings;
}

}  // namespace

void nodes::reduce_mean(NodeReading& node) { reduce(node, Reduction::mean, 18); }
void nodes::reduce_max(NodeReading& node) { reduce(node, Reduction::maximum, 18); }

// At inference it passes its input on.
void nodes::dropout(NodeReading& node) {
  node.at_most(3);
  node.ignore(node.opset < 12 ? "ratio" : "seed");
  if (node.given(2) && node.constant(2) != 0) refuse(node.to, "a dropout in training");
  node.to.inputs.resize(1);
}

namespace {

void quantise(NodeReading& node) {
  node.to.attributes = Quantise{node.opset >= 13 ? node.integer("axis", 1) : 1};
  if (node.opset >= 21 && node.integer("block_size", 0) != 0) refuse(node.to, "scales of blocks");
  if (node.opset >= 21 && node.integer("output_dtype", 0) != 0) refuse(node.to, "output_dtype");
}

}  // namespace

void nodes::quantize_linear(NodeReading& node) {
  quantise(node);
  if (node.opset >= 19) node.ignore("saturate");   // of 8-bit floats
  if (node.opset >= 23) node.ignore("precision");  // of the division; here it is real
}
void nodes::dequantize_linear(NodeReading& node) { quantise(node); }

}  // namespace mobilith::file
