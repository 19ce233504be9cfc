#include "formats/onnx_nodes.h"

#include <fmt/format.h>

#include "graph/value.h"

namespace mobilith::file {

namespace {

// A new operation is a row and a function.
struct Row {
  const char* type;
  OperationKind kind;
  void (*read)(NodeReading&);
  const char* domain = "";
};
constexpr const char* microsoft = "com.microsoft";
using Kind = OperationKind;
constexpr Row rows[] = {
    {"Conv", Kind::convolution, nodes::conv},
    {"AveragePool", Kind::pool, nodes::average_pool},
    {"MaxPool", Kind::pool, nodes::max_pool},
    {"GlobalAveragePool", Kind::reduce, nodes::global_average_pool},
    {"GlobalMaxPool", Kind::reduce, nodes::global_max_pool},
    {"BatchNormalization", Kind::batch_norm, nodes::batch_normalization},
    {"Clip", Kind::clamp, nodes::clip},
    {"Relu", Kind::clamp, nodes::relu},
    {"HardSwish", Kind::hard_swish, nodes::plain},
    {"HardSigmoid", Kind::hard_sigmoid, nodes::hard_sigmoid},
    {"Sigmoid", Kind::sigmoid, nodes::plain},
    {"Softmax", Kind::softmax, nodes::softmax},
    {"LogSoftmax", Kind::log_softmax, nodes::softmax},
    {"LpNormalization", Kind::l2_normalise, nodes::lp_normalization},
    {"Add", Kind::add, nodes::elementwise},
    {"Sub", Kind::subtract, nodes::elementwise},
    {"Mul", Kind::multiply, nodes::elementwise},
    {"Div", Kind::divide, nodes::elementwise},
    {"Min", Kind::minimum, nodes::elementwise},
    {"Max", Kind::maximum, nodes::elementwise},
    {"Gemm", Kind::gemm, nodes::gemm},
    {"MatMul", Kind::matmul, nodes::matmul},
    {"ReduceMean", Kind::reduce, nodes::reduce_mean},
    {"ReduceMax", Kind::reduce, nodes::reduce_max},
    {"Reshape", Kind::reshape, nodes::reshape},
    {"Flatten", Kind::flatten, nodes::flatten},
    {"Squeeze", Kind::squeeze, nodes::axes},
    {"Unsqueeze", Kind::unsqueeze, nodes::axes},
    {"Transpose", Kind::transpose, nodes::transpose},
    {"Pad", Kind::pad, nodes::pad},
    {"Concat", Kind::concatenate, nodes::concat},
    {"Identity", Kind::identity, nodes::plain},
    {"Dropout", Kind::identity, nodes::dropout},
    {"QuantizeLinear", Kind::quantise, nodes::quantize_linear},
    {"DequantizeLinear", Kind::dequantise, nodes::dequantize_linear},
    {"QuantizeLinear", Kind::quantise, nodes::quantize_linear, microsoft},
    {"DequantizeLinear", Kind::dequantise, nodes::dequantize_linear, microsoft},
    {"QLinearConv", Kind::quantise, nodes::linear_conv},
    {"QLinearMatMul", Kind::quantise, nodes::linear_matmul},
    {"QGemm", Kind::quantise, nodes::linear_gemm, microsoft},
    {"QLinearAdd", Kind::quantise, nodes::linear_add, microsoft},
    {"QLinearMul", Kind::quantise, nodes::linear_multiply, microsoft},
    {"QLinearConcat", Kind::quantise, nodes::linear_concat, microsoft},
    {"QLinearGlobalAveragePool", Kind::quantise, nodes::linear_global_average_pool, microsoft},
    {"QLinearAveragePool", Kind::quantise, nodes::linear_average_pool, microsoft},
    {"QLinearSigmoid", Kind::quantise, nodes::linear_sigmoid, microsoft},
    {"QLinearSoftmax", Kind::quantise, nodes::linear_softmax, microsoft},
    {"Cast", Kind::cast, nodes::cast},
    {"Shape", Kind::shape, nodes::shape},
    {"Gather", Kind::gather, nodes::gather},
    {"Slice", Kind::slice, nodes::slice},
};

// A node whose output is the constant that it holds.
void read_constant_node(NodeReading& node) {
  if (!node.to.inputs.empty() || node.to.outputs.size() != 1)
    refuse(node.to, "a constant with inputs or several outputs");
  Tensor& output = node.graph.tensors[node.to.outputs[0]];
  if (output.constant) refuse(node.to, "its output is made twice");
  auto data = node.tensor("value");
  if (!data) {
    const auto made = std::make_shared<onnx::Tensor>();
    if (node.has("value_float") || node.has("value_floats")) {
      made->set_data_type(1);
      if (node.has("value_float")) made->add_float_data(float(node.number("value_float", 0)));
      for (const float x : node.numbers("value_floats").value_or(std::vector<float>{}))
        made->add_float_data(x);
      if (node.has("value_floats")) made->add_dims(made->float_data_size());
    } else if (node.has("value_int") || node.has("value_ints")) {
      made->set_data_type(7);
      if (node.has("value_int")) made->add_int64_data(node.integer("value_int", 0));
      for (const int64_t x : node.integers("value_ints").value_or(std::vector<int64_t>{}))
        made->add_int64_data(x);
      if (node.has("value_ints")) made->add_dims(made->int64_data_size());
    } else {
      refuse(node.to, "a constant without numbers");
    }
    data = made;
  }
  output = read_constant(data, output.name, node.external);
  node.finish();
}

}  // namespace

bool read_node(NodeReading& node) {
  const std::string domain = node.domain() == "ai.onnx" ? "" : node.domain();
  if (node.to.type == "Constant" && domain.empty()) {
    read_constant_node(node);
    return false;
  }
  for (const Row& row : rows) {
    if (node.to.type != row.type || domain != row.domain) continue;
    node.to.kind = row.kind;
    row.read(node);
    node.finish();
    return true;
  }
  if (!domain.empty())
    refuse(node.to, fmt::format("an operation of {}; no MobileNet has it", quoted(domain)));
  refuse(node.to, "no MobileNet has this operation");
}

}  // namespace mobilith::file
