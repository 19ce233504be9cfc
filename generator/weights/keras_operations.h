// From the calls of Keras's layers to a model file's graph.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weights/keras_builder.h"

namespace mobilith {

// A graph whose constants that are variables have no numbers yet.
struct KerasOperations {
  file::Graph graph;
  std::vector<keras::KerasVariable> variables;
  std::vector<KerasLayer> layers;  // as KerasStructure has them, with roles and epsilon
};

// Every setting of every layer is accounted for, and what every layer is called with. height, width: of the
// image, where the file leaves them open; 224 where nothing is said. Throws WeightsError, which names layer
// and setting, for classes and settings that no operation stands for, or for shapes that don't fit.
KerasOperations keras_operations(const KerasStructure&, const KerasRules&, std::optional<int> height,
                                 std::optional<int> width);

}  // namespace mobilith
