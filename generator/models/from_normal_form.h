// From a model file's graph in its normal form to the operations that blocks are taken from, and their
// tensors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/graph.h"

namespace mobilith {

// Of a convolution or dense layer: row-major, kernels in Layer::kernel_shape()'s order, batch norms folded
// in.
struct LayerTensors {
  std::vector<double> kernel, bias;  // bias: one value for each output channel
};

struct TakenGraph {
  Graph graph;
  std::map<std::string, LayerTensors> tensors;  // by Operation::layer
};

// `from` is what file::normalise() returned. Throws WeightsError for the first operation that no
// OperationKind says, with its name and type.
TakenGraph from_normal_form(const file::Graph& from);

}  // namespace mobilith
