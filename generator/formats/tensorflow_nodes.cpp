#include "formats/tensorflow_nodes.h"

namespace mobilith::file {

namespace {

// A new operation is a row and a function.
struct Row {
  const char* type;
  OperationKind kind;
  void (*read)(TensorflowReading&);
};
using Kind = OperationKind;
namespace nodes = tensorflow_nodes;
constexpr Row rows[] = {
    {"Conv2D", Kind::convolution, nodes::conv},
    {"DepthwiseConv2dNative", Kind::convolution, nodes::depthwise},
    {"_FusedConv2D", Kind::convolution, nodes::fused_conv},
    {"FusedDepthwiseConv2dNative", Kind::convolution, nodes::fused_depthwise},
    {"_FusedDepthwiseConv2dNative", Kind::convolution, nodes::fused_depthwise},
    {"AvgPool", Kind::pool, nodes::average_pool},
    {"MaxPool", Kind::pool, nodes::max_pool},
    {"BiasAdd", Kind::add, nodes::bias_add},
    {"FusedBatchNorm", Kind::batch_norm, nodes::batch_norm},
    {"FusedBatchNormV2", Kind::batch_norm, nodes::batch_norm_v2},
    {"FusedBatchNormV3", Kind::batch_norm, nodes::batch_norm_v2},
    {"Add", Kind::add, nodes::elementwise},
    {"AddV2", Kind::add, nodes::elementwise},
    {"Sub", Kind::subtract, nodes::elementwise},
    {"Mul", Kind::multiply, nodes::elementwise},
    {"RealDiv", Kind::divide, nodes::elementwise},
    {"Minimum", Kind::minimum, nodes::elementwise},
    {"Maximum", Kind::maximum, nodes::elementwise},
    {"Rsqrt", Kind::reciprocal_root, nodes::plain},
    {"Relu", Kind::clamp, nodes::relu},
    {"Relu6", Kind::clamp, nodes::relu6},
    {"Sigmoid", Kind::sigmoid, nodes::plain},
    {"Softmax", Kind::softmax, nodes::softmax},
    {"LogSoftmax", Kind::log_softmax, nodes::softmax},
    {"Mean", Kind::reduce, nodes::mean},
    {"Max", Kind::reduce, nodes::maximum},
    {"MatMul", Kind::gemm, nodes::matmul},
    {"_FusedMatMul", Kind::gemm, nodes::fused_matmul},
    {"Identity", Kind::identity, nodes::identity},
    {"StopGradient", Kind::identity, nodes::identity},
    {"Snapshot", Kind::identity, nodes::identity},
    {"PlaceholderWithDefault", Kind::identity, nodes::with_default},
    {"Reshape", Kind::reshape, nodes::reshape},
    {"Squeeze", Kind::squeeze, nodes::squeeze},
    {"ExpandDims", Kind::unsqueeze, nodes::expand_dims},
    {"Transpose", Kind::transpose, nodes::transpose},
    {"Pad", Kind::pad, nodes::pad},
    {"PadV2", Kind::pad, nodes::pad},
    {"ConcatV2", Kind::concatenate, nodes::concat},
    {"Cast", Kind::cast, nodes::cast},
    {"Shape", Kind::shape, nodes::shape},
    {"StridedSlice", Kind::strided_slice, nodes::strided_slice},
    {"Pack", Kind::pack, nodes::pack},
};

}  // namespace

void read_node(TensorflowReading& node) {
  for (const Row& row : rows) {
    if (node.to.type != row.type) continue;
    node.to.kind = row.kind;
    row.read(node);
    node.finish();
    return;
  }
  refuse(node.to, "no MobileNet has this operation");
}

}  // namespace mobilith::file
