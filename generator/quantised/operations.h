// The table of operations of quantised graphs: what of a file is computed in whole numbers. Files and
// functions that comments name as sources are of TensorFlow Lite's kernels, or of XNNPACK or gemmlowp where
// they say so.
#pragma once

#include "quantised/step.h"

namespace mobilith::quantised {

// Adding an operation is a row in operations.cpp and its two functions.
struct OperationRow {
  file::OperationKind kind;
  // Throws file::Error for types, scales and settings that LiteRT does not take in this mode, or does not
  // look at.
  void (*check)(const Step&);
  void (*evaluate)(const Step&, file::Value& output);  // the output has its shape, and zeros
};

// Null: no such operation of whole numbers.
const OperationRow* find_row(file::OperationKind);

// The functions of the rows, by file.
namespace operations {
// products.cpp, sums.cpp, elementwise.cpp, pool.cpp, mean.cpp
void check_products(const Step&), products(const Step&, file::Value&);
void check_sum(const Step&), sum(const Step&, file::Value&);
void check_multiply(const Step&), multiply(const Step&, file::Value&);
void check_clamp(const Step&), clamp(const Step&, file::Value&);
void check_pool(const Step&), pool(const Step&, file::Value&);
void check_mean(const Step&), mean(const Step&, file::Value&);
// softmax.cpp, sigmoid.cpp, hard_swish.cpp
void check_softmax(const Step&), softmax(const Step&, file::Value&);
void check_sigmoid(const Step&), sigmoid(const Step&, file::Value&);
void check_hard_swish(const Step&), hard_swish(const Step&, file::Value&);
// onnx_functions.cpp
void check_hard_sigmoid(const Step&), hard_sigmoid(const Step&, file::Value&);
// requantise.cpp, moves.cpp
void check_requantise(const Step&), requantise(const Step&, file::Value&);
void check_move(const Step&), move(const Step&, file::Value&);
}  // namespace operations

// Of ONNX: the function of what a byte means, in floats as ONNX Runtime computes them, as a byte.
// (onnx_functions.cpp)
void function_of_floats(const Step&, file::Value& output);

// Throws file::Error: place, tensor and what is wrong with it.
[[noreturn]] void refuse_tensor(const Step&, const file::Tensor&, std::string_view what);

// Inputs `first` to `last` and the result are bytes of one type with one scale.
void expect_bytes(const Step&, size_t first, size_t last);

// Its scales are floats of full precision. In `floating` they are along this axis: XNNPACK leaves tensors
// that say another one to other kernels, even where there is one scale.
void expect_scales(const Step&, const file::Tensor&, int axis);

// factor: how many places in the result one in the tensor is. Throws where such numbers would not fit 32
// bits.
void expect_factor(const Step&, const file::Tensor&, double factor);

// The result has the scale and the zero point of input i.
void expect_same_scale(const Step&, size_t i);

}  // namespace mobilith::quantised
