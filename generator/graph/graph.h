// What a model file computes, as the file has it: all its tensors and all its operations, before any pass.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/attributes.h"
#include "graph/element_type.h"

namespace mobilith::file {

enum class OperationKind {
  convolution,
  pool,
  fully_connected,
  gemm,
  matmul,
  batch_norm,
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  clamp,
  hard_swish,
  hard_sigmoid,
  sigmoid,
  softmax,
  log_softmax,  // its logarithm
  l2_normalise,
  reduce,
  reshape,
  flatten,
  squeeze,
  unsqueeze,
  transpose,
  pad,
  concatenate,
  identity,
  quantise,    // to whole numbers that are stored as such: ONNX
  dequantise,  // from them
  requantise,  // to or from a tensor that says itself how it is quantised: TFLite
  cast,
  shape,
  gather,
  slice,          // inputs starts, ends, axes, steps
  strided_slice,  // inputs begin, end, strides
  pack,
  reciprocal_root,
};

using Extents = std::vector<int64_t>;

// Bytes of a file, or made by a pass, kept alive by their owner.
struct Bytes {
  std::shared_ptr<const void> owner;
  std::string_view view;
};

// A stored whole number q means scale (q - zero point). One scale and zero point, or one for each index along
// the axis; none: the numbers are what they are.
struct Quantisation {
  std::vector<double> scales;
  std::vector<int64_t> zero_points;  // as many as scales
  int axis = 0;
};

// What a trained batch norm says of a tensor's values, for each channel, the last axis.
struct Statistics {
  std::vector<double> mean, deviation;
};

struct Tensor {
  std::string name;
  ElementType type = ElementType::unsaid;
  std::optional<Extents> shape{};   // -1: not said. After infer() all is said.
  std::optional<Bytes> constant{};  // row-major, width_of(type) bytes an element
  Quantisation quantisation{};
  std::optional<Statistics> statistics{};  // of the normal form; readers leave it empty
};

struct Operation {
  OperationKind kind;
  std::string type;          // the file's word for it: "CONV_2D", "Conv"
  std::string name;          // the file's name of this one, or what names it best
  std::vector<int> inputs;   // tensors; -1: not given
  std::vector<int> outputs;  // tensors
  Attributes attributes{};
};

// Operations are in an order in which they can be computed. A tensor is an input, a constant, or the output
// of one operation.
struct Graph {
  std::string format;  // "TFLite", "ONNX"...
  std::vector<Tensor> tensors;
  std::vector<Operation> operations;
  std::vector<int> inputs, outputs;  // tensors
};

}  // namespace mobilith::file
