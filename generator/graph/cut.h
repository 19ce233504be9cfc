// A graph that ends earlier.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace mobilith::file {

// The graph with these tensors as its outputs, without the operations that none of them needs. Tensors and
// inputs stay.
Graph cut(Graph, const std::vector<int>& outputs);

// The tensor of this name; -1: there is none, or several.
int tensor_named(const Graph&, const std::string& name);

}  // namespace mobilith::file
