// Walks along a graph's operations and takes whole layers: padding, convolution, batch norm, activation.
#pragma once

#include <string>
#include <vector>

#include "models/graph.h"

namespace mobilith {

// The present tensor is the output of operation at(); every operation is taken once.
class LayerChain {
 public:
  // Throws WeightsError unless the graph's first operation is its one input, an image of three channels.
  LayerChain(const Graph&, int height, int width);

  int at() const { return at_; }
  const Shape& shape() const { return shape_; }
  const std::string& last_layer() const {
    return operation(at_).layer;
  }  // whose output the present tensor is
  // The operation that reads the present tensor, or null at the graph's output. Where an addition reads it as
  // well, that waits for take_add. Throws WeightsError where others do.
  const Operation* next() const;
  // The same, behind padding.
  const Operation* next_behind_padding() const;
  // Takes [padding] convolution or depthwise [batch norm] [activation]; a classifier's activation is left, as
  // it may be the model's end.
  Layer take_layer(bool classifier = false);
  // Takes an addition of the present tensor and that of operation `other`; nothing where no addition is next.
  // Throws WeightsError where it adds something else.
  const Operation* take_add(int other);
  // Takes the next operation as it is; the shape becomes `shape`.
  const Operation& take(const Shape& shape);
  // Takes reshapes that leave all values in one axis, the last one.
  void take_reshapes();
  // The layers behind the present one, for messages: "'conv1', 'conv1_bn'"; those since `operation`, at most
  // ten.
  std::string taken_since(int operation) const;
  // Throws WeightsError unless the graph ends here and all of it was taken.
  void finish() const;

 private:
  const Operation& operation(int index) const { return graph_.operations[static_cast<size_t>(index)]; }
  int next_index() const;
  void advance(int index, const Shape& shape);

  const Graph& graph_;
  std::vector<std::vector<int>> readers_;  // of each operation's output
  std::vector<bool> taken_;
  std::vector<int> order_{0};  // in which they were taken
  int at_ = 0;
  Shape shape_;
};

}  // namespace mobilith
