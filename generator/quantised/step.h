// One operation of a quantised graph with the numbers that it reads.
#pragma once

#include <vector>

#include "graph/operations.h"
#include "quantised/evaluate.h"

namespace mobilith::quantised {

// Numbers are as they are stored: whole ones, without their scale, or floats.
struct Step {
  const file::Operation& operation;
  std::vector<const file::Tensor*> tensors;  // of the inputs; null: not given
  std::vector<const file::Value*> values;    // of the inputs; while a graph is checked there are none
  const file::Tensor& result;
  Requantise mode;

  bool has(size_t i) const { return i < tensors.size() && tensors[i]; }
  template <class T>
  const T& settings() const {
    return std::get<T>(operation.attributes);
  }
};

// The operation with its tensors, without values.
Step step_of(const file::Graph&, const file::Operation&, Requantise);

// The least and the largest number that an operation may store.
struct Bounds {
  int32_t least, most;
};

// A tensor's one scale, as the float that the file has, and its zero point.
float scale_of(const file::Tensor&);
int32_t zero_of(const file::Tensor&);

// Whether it is stored as bytes with one scale.
bool is_byte(const file::Tensor&);

// What the result's type holds.
Bounds range_of(const file::Tensor& result);

// What its type holds of what the fused activation lets through. (CalculateActivationRangeQuantized() in
// TensorFlow Lite's kernel_util.cc: a bound is divided by the scale in floats, and rounded, halves away
// from 0)
Bounds bounds_of(const file::Tensor& result, const file::Clamp& fused);

// A constant's numbers as they are stored.
file::Value stored_value(const file::Tensor&);

// A value's numbers without the tensor's zero point: exact whole numbers.
file::Value centred(const file::Tensor&, const file::Value&);

// The function of the graph's interpreter for this kind, of whole numbers: its sums of products are exact,
// because none reaches 2^53. settings: the operation's, without a fused activation.
void exactly(const Step&, file::Attributes settings, const std::vector<const file::Value*>& inputs,
             file::Value& output);

}  // namespace mobilith::quantised
