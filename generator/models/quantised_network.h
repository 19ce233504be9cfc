// From a quantised file's graph to the blocks that there are kernels for: one for each operation that
// computes.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "networks/network.h"
#include "quantised/evaluate.h"

namespace mobilith {

struct QuantisedModel {
  Network network;
  std::vector<int> tensors;     // of each block: the graph's tensor that it gives
  bool channels_first = false;  // of the graph's image; the network's has channels last
};

// The graph must have passed infer(). Bytes of the library are what quantised.h says. Throws file::Error,
// which names operation and tensor, for what quantised::check() refuses and for what no kernel computes.
QuantisedModel quantised_network(const file::Graph&, quantised::Requantise);

}  // namespace mobilith
