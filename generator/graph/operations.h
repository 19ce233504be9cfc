// The table of operations: for each its name, its settings, the shape of what it makes, and what it computes.
#pragma once

#include <span>
#include <vector>

#include "graph/file_error.h"
#include "graph/graph.h"
#include "graph/value.h"

namespace mobilith::file {

// An operation with the values of its inputs; null: not given. While shapes are inferred, values may be not
// known.
struct Call {
  const Operation& operation;
  std::vector<const Value*> inputs;

  bool has(size_t i) const { return i < inputs.size() && inputs[i]; }
  const Value& in(size_t i) const { return *inputs[i]; }
  // The whole numbers of input i, of one axis at most. Throws Error where they are not known or not whole.
  std::vector<int64_t> whole_numbers(size_t i) const;
  // The one number of input i.
  double scalar(size_t i) const;
  template <class T>
  const T& settings() const {
    return std::get<T>(operation.attributes);
  }
};

// What a call makes: shape and type. Throws Error where the inputs don't fit.
struct Outcome {
  Extents shape;
  ElementType type;
};

// Adding an operation is a row in operations.cpp and its two functions.
struct OperationRow {
  OperationKind kind;
  int least_inputs, most_inputs;  // the first `least_inputs` must be given
  size_t attributes;              // index in Attributes
  Outcome (*outcome)(const Call&);
  void (*evaluate)(const Call&, Value& output);                  // the output has its shape, and zeros
  double (*work)(const Call&, const Extents& output) = nullptr;  // multiplications; nothing: one an element
  bool asks_shape_alone = false;
};

const OperationRow& row_of(OperationKind);

// Inputs that must be numbers, not indices.
void expect_real(const Call&);

// NaN stays NaN.
inline double clamped(double x, const Clamp& bounds) {
  const double raised = x < bounds.low ? bounds.low : x;
  return raised > bounds.high ? bounds.high : raised;
}

// How broadcasting combines shapes, as NumPy does. Throws Error.
Extents broadcast(const Call&);

// The functions of the rows, by file.
namespace operations {
// products.cpp, convolution.cpp, pool.cpp
Outcome convolution_outcome(const Call&), pool_outcome(const Call&), fully_connected_outcome(const Call&);
Outcome gemm_outcome(const Call&), matmul_outcome(const Call&);
double convolution_work(const Call&, const Extents&), pool_work(const Call&, const Extents&);
double product_work(const Call&, const Extents&);
void convolution(const Call&, Value&), pool(const Call&, Value&), fully_connected(const Call&, Value&);
void gemm(const Call&, Value&), matmul(const Call&, Value&);
// elementwise.cpp
Outcome elementwise_outcome(const Call&), like_first(const Call&), batch_norm_outcome(const Call&);
void add(const Call&, Value&), subtract(const Call&, Value&), multiply(const Call&, Value&);
void divide(const Call&, Value&), minimum(const Call&, Value&), maximum(const Call&, Value&);
void clamp(const Call&, Value&), hard_swish(const Call&, Value&), hard_sigmoid(const Call&, Value&);
void sigmoid(const Call&, Value&), batch_norm(const Call&, Value&), reciprocal_root(const Call&, Value&);
// along_axis.cpp
Outcome softmax_outcome(const Call&), reduce_outcome(const Call&);
void softmax(const Call&, Value&), log_softmax(const Call&, Value&), l2_normalise(const Call&, Value&),
    reduce(const Call&, Value&);
// moves.cpp
Outcome reshape_outcome(const Call&), flatten_outcome(const Call&), squeeze_outcome(const Call&);
Outcome unsqueeze_outcome(const Call&), transpose_outcome(const Call&), pad_outcome(const Call&);
Outcome concatenate_outcome(const Call&), pack_outcome(const Call&), same_as_first(const Call&);
void copy(const Call&, Value&), transpose(const Call&, Value&), pad(const Call&, Value&);
void concatenate(const Call&, Value&), pack(const Call&, Value&);
// whole_numbers.cpp
Outcome quantise_outcome(const Call&), dequantise_outcome(const Call&), requantise_outcome(const Call&);
Outcome cast_outcome(const Call&), shape_outcome(const Call&), gather_outcome(const Call&);
void quantise(const Call&, Value&), dequantise(const Call&, Value&), cast(const Call&, Value&);
void shape(const Call&, Value&), gather(const Call&, Value&);
// slices.cpp
Outcome slice_outcome(const Call&), strided_slice_outcome(const Call&);
void slice(const Call&, Value&), strided_slice(const Call&, Value&);
}  // namespace operations

}  // namespace mobilith::file
