// What a model file itself says of its inputs and outputs, for `mobilith describe`.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "graph/graph.h"
#include "models/image_scaling.h"
#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith {

// The file's own graph for the network's image; nothing: it holds none, or one that is not evaluated.
std::optional<file::Graph> graph_of(const Weights&, const Network&);

// What that graph does to its image; of none nothing.
ImageScaling scaling_of(const std::optional<file::Graph>&);

// graph: the file's own; network: what was recognised of it, whose outputs are the graph's, in its order.
// Lines: each input with name, shape and scaling, each output with name, shape and block.
std::string model_text(const file::Graph&, const Network&);
nlohmann::json model_json(const file::Graph&, const Network&);

}  // namespace mobilith
