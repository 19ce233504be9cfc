// A network taken apart into single operations whose weights may be changed, in floats: what is calibrated.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "graph/attributes.h"
#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::calibration {

// Values of an image, (y, x, c), row-major.
using Values = std::vector<double>;

// One operation. Batch norms are folded into kernel and bias. What ends a layer is in `bounds` where it only
// keeps values within bounds, else a node of its own, with the same layer and `function`.
struct Node {
  Layer layer;              // its activation is none
  std::vector<int> inputs;  // nodes; -1: the image
  // Of products: (row, column, in, out), depthwise (row, column, in, outputs of each); one bias an output.
  std::vector<float> kernel{}, bias{};
  // What a trained batch norm says of each output before its bounds; empty: there was none.
  std::vector<double> mean{}, deviation{};
  file::Clamp bounds{};
  bool ends_by_grid =
      false;  // beyond its bounds all that reads it gives the same: a grid that ends there is enough
  ActivationFunction function{};
  bool of_one_pixel = false;  // of a mean: it is of the middle pixel alone (imitate.h)

  bool has_weights() const { return !kernel.empty(); }
  // Products with a matrix: a 1x1 convolution or a dense layer.
  bool is_matrix() const {
    return !depthwise() && kernel.size() == size_t(layer.in.channels) * size_t(layer.out.channels);
  }
  bool depthwise() const { return layer.kind == LayerKind::depthwise; }
  bool is_function() const { return function.kind != ActivationKind::none; }
  // A softmax, which ends a network: it gives floats, of 256 exponentials.
  bool gives_floats() const { return !is_function() && layer.kind == LayerKind::softmax; }
  // What the operation itself keeps within bounds.
  file::Clamp fused() const { return ends_by_grid ? file::Clamp{} : bounds; }
  size_t channels() const { return size_t(layer.out.channels); }
};

struct FloatNetwork {
  Shape image;
  std::vector<Node> nodes;   // in an order in which they can be computed
  std::vector<int> outputs;  // nodes
};

// Throws WeightsError, which names the layer, for what there is no operation of whole numbers of.
FloatNetwork float_network(const Network&, const Weights&);

// What a node computes before its bounds. inputs: as Node::inputs.
Values computed(const Node&, std::span<const Values* const> inputs);

void keep_within(const file::Clamp&, Values&);

// All nodes for one image. Each one's values before its bounds go to `change`, whose result is what further
// nodes read. May be run by several threads.
using Change = std::function<void(int node, Values&)>;
void run(const FloatNetwork&, const Values& image, const Change&);

// As the float network computes it: the values of its outputs, in their order.
std::vector<Values> outputs_of(const FloatNetwork&, const Values& image);

}  // namespace mobilith::calibration
