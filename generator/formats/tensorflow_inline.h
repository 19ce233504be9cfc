// TensorFlow's calls of functions, inlined.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formats/tensorflow_library.h"

namespace mobilith::file {

struct Inlined {
  std::shared_ptr<tensorflow::Graph> graph;  // without functions, and without inputs of control
  std::vector<std::string> outputs{};        // "node" or "node:1" of it
};

// The part of a graph that `wanted` needs, with every call replaced by the nodes of its function. What is
// wanted is a tensor ("node:0") or a node that is run ("^node"). Nodes that must have run before are in it,
// as are those of a called function that have effects. A node of `inputs` is replaced by the one given.
// Nodes of the graph itself keep their names. Throws Error for a node or function that is not there, a
// placeholder that is none of the inputs, and functions that call themselves; or for calls deeper than 32,
// more than 65536 nodes, or nodes of more bytes than `room`, so that a small file does not become a large
// graph.
Inlined inlined(const GraphBody& graph, FunctionLibrary&,
                const std::map<std::string, tensorflow::Node>& inputs, const std::vector<std::string>& wanted,
                size_t room);

}  // namespace mobilith::file
