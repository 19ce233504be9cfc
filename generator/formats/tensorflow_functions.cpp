// What TensorFlow computes of numbers: activations, norms, products.
#include <fmt/format.h>

#include "formats/tensorflow_nodes.h"

namespace mobilith::file {

void tensorflow_nodes::take_type(TensorflowReading& node) {
  node.output().type = node.type("T", ElementType::unsaid);
}

ImageOrder tensorflow_nodes::take_order(TensorflowReading& node) {
  const std::string format = node.word("data_format", "NHWC");
  if (format == "NHWC") return ImageOrder::channels_last;
  if (format != "NCHW") refuse(node.to, fmt::format("data_format {}; expected NHWC or NCHW", quoted(format)));
  return ImageOrder::channels_first;
}

Clamp tensorflow_nodes::take_fused(TensorflowReading& node) {
  node.ignore("epsilon");          // of a fused batch norm
  node.ignore("leakyrelu_alpha");  // of a fused LeakyRelu
  node.ignore("TArgs");
  if (node.integer("num_host_args", 0) != 0) refuse(node.to, "num_host_args");
  const auto functions = node.words("fused_ops");
  const bool bias = !functions.empty() && functions[0] == "BiasAdd";
  if (node.integer("num_args", 0) != int64_t(bias))
    refuse(node.to, fmt::format("num_args {}; expected {}", node.integer("num_args", 0), int(bias)));
  node.expect_inputs(bias ? 3 : 2);
  const size_t rest = functions.size() - bias;
  if (rest == 0) return {};
  if (rest == 1 && functions.back() == "Relu") return {.low = 0};
  if (rest == 1 && functions.back() == "Relu6") return {.low = 0, .high = 6};
  refuse(node.to, fmt::format("fused with {}; expected BiasAdd, Relu or Relu6", quoted(functions[bias])));
}

// The channels are the last axis, or the second.
void tensorflow_nodes::bias_add(TensorflowReading& node) {
  node.expect_inputs(2);
  take_type(node);
  if (take_order(node) == ImageOrder::channels_first)
    node.to.inputs[1] =
        node.before(OperationKind::unsqueeze, Axes{.axes = std::vector<int64_t>{1, 2}}, {node.to.inputs[1]});
  node.to.attributes = Elementwise{};
}

void tensorflow_nodes::batch_norm(TensorflowReading& node) {
  node.expect_inputs(5);
  take_type(node);
  BatchNorm settings{.epsilon = node.number("epsilon", 1e-4f)};
  settings.axis = take_order(node) == ImageOrder::channels_last ? 3 : 1;
  if (node.truth("is_training", true))
    refuse(node.to, "a batch norm in training; expected one for inference");
  node.ignore("exponential_avg_factor");  // of training
  node.to.attributes = settings;
}

void tensorflow_nodes::batch_norm_v2(TensorflowReading& node) {
  node.type("U", ElementType::f32);
  batch_norm(node);
}

void tensorflow_nodes::elementwise(TensorflowReading& node) {
  node.expect_inputs(2);
  take_type(node);
  node.to.attributes = Elementwise{};
}

void tensorflow_nodes::relu(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
  node.to.attributes = Clamp{.low = 0};
}

void tensorflow_nodes::relu6(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
  node.to.attributes = Clamp{.low = 0, .high = 6};
}

void tensorflow_nodes::plain(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
}

void tensorflow_nodes::softmax(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
  node.to.attributes = Softmax{};
}

namespace {

// No axes: nothing is reduced.
void reduce(TensorflowReading& node, Reduction what) {
  node.expect_inputs(2);
  tensorflow_nodes::take_type(node);
  node.type("Tidx", ElementType::i32);
  node.to.attributes =
      Reduce{.what = what, .keep_axes = node.truth("keep_dims", false), .none_if_empty = true};
}

Gemm product(TensorflowReading& node) {
  tensorflow_nodes::take_type(node);
  return {.transpose_a = node.truth("transpose_a", false), .transpose_b = node.truth("transpose_b", false)};
}

}  // namespace

void tensorflow_nodes::mean(TensorflowReading& node) { reduce(node, Reduction::mean); }
void tensorflow_nodes::maximum(TensorflowReading& node) { reduce(node, Reduction::maximum); }

void tensorflow_nodes::matmul(TensorflowReading& node) {
  node.expect_inputs(2);
  node.to.attributes = product(node);
  node.ignore("grad_a");  // remarks of gradients
  node.ignore("grad_b");
}

// The product, then the activation.
void tensorflow_nodes::fused_matmul(TensorflowReading& node) {
  const Clamp fused = take_fused(node);
  const Gemm settings = product(node);
  node.to.inputs = {node.before(OperationKind::gemm, settings, node.to.inputs)};
  node.to.kind = fused == Clamp{} ? OperationKind::identity : OperationKind::clamp;
  if (fused == Clamp{})
    node.to.attributes = {};
  else
    node.to.attributes = fused;
}

}  // namespace mobilith::file
