// From Keras's model configuration to a graph.
#pragma once

#include <string>
#include <vector>

#include "models/graph.h"
#include "weights/keras_layers.h"

namespace mobilith {

struct KerasGraph {
  Graph graph;
  std::vector<KerasLayer> layers;  // those with weights
};

// json: the attribute `model_config` of an HDF5 file or config.json of a .keras file, of Keras 2 or 3:
// Functional and Sequential models, also inside each other. Every setting of every layer is accounted for
// (keras_settings.h), and which layer reads which. Throws WeightsError, which names layer and setting.
KerasGraph read_keras_graph(const std::string& json, const ReadOptions&);

}  // namespace mobilith
