// What the makers of operations share: a file's graph, to which Keras's layers are appended call by call.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "weights/keras_structure.h"

namespace mobilith::keras {

// A constant of the graph that is a layer's variable: its shape is known, its numbers are not yet.
struct KerasVariable {
  int tensor = 0;  // in Graph::tensors
  int layer = 0;   // in KerasStructure::layers
  std::string role;
};

constexpr size_t most_constants = size_t{1} << 22;  // no file's settings need as many

class Builder {
 public:
  file::Graph graph;
  std::vector<KerasVariable> variables;

  // Appends an operation of the call; returns its output, whose shape is known. Throws file::Error where the
  // inputs don't fit.
  int append(const KerasCall&, file::OperationKind, file::Attributes, std::vector<int> inputs);
  // Throws WeightsError for more than most_constants numbers in all.
  int constant(const std::string& name, const file::Extents&, const std::vector<double>&);
  // The same tensor where the layer is called again.
  int variable(const KerasCall&, const std::string& own_name, const std::string& role, const file::Extents&);
  const file::Extents& shape(int tensor) const { return *graph.tensors[size_t(tensor)].shape; }

 private:
  std::map<std::pair<int, std::string>, int> by_role_;
  size_t made_ = 0;
};

// One call while it becomes operations.
struct Making {
  const KerasCall& call;
  KerasSettings& settings;
  const KerasRules& rules;
  KerasLayer& layer;
  std::vector<int> inputs;  // tensors
  Builder& to;

  // The only input, and its shape.
  int x() const { return inputs[0]; }
  const file::Extents& shape() const { return to.shape(x()); }
  int append(file::OperationKind kind, file::Attributes attributes, std::vector<int> from) {
    return to.append(call, kind, std::move(attributes), std::move(from));
  }
  int variable(const std::string& role, const file::Extents& shape) {
    return to.variable(call, layer.own_name, role, shape);
  }
  // A constant as Keras has it, in 32 bits.
  int constant(const file::Extents& shape, std::vector<double> numbers);
};

// Adds and multiplies, with a constant or another tensor; both are broadcast as NumPy does.
int sum(Making&, int a, int b);
int product(Making&, int a, int b);

// The setting "data_format".
file::ImageOrder take_order(Making&);
// The setting "axis" as an axis from the front, not the batch's.
int64_t take_axis(Making&, int64_t otherwise);
// Numbers of a setting: one, or a list. Throws WeightsError where they are none, or not finite.
std::vector<double> take_numbers(Making&, const char* setting);
// Throws WeightsError unless the input is an image.
void expect_image(const Making&);

// The function of this name, of `x`; `setting` is where the name is, for messages.
int append_function(Making&, const char* setting, const std::string& name, int x);
// "activation", of `x`.
int append_activation(Making&, int x);

// Layers with weights: keras_weighted_operations.cpp.
int make_convolution(Making&), make_depthwise(Making&), make_separable(Making&), make_dense(Making&);
int make_batch_norm(Making&), make_normalization(Making&);
// Operations of TensorFlow and of Keras that are written as layers: keras_arithmetic.cpp.
int make_tensorflow_function(Making&), make_tensorflow_node(Making&), make_keras_operation(Making&);

}  // namespace mobilith::keras
