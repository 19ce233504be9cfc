// Which layers a Keras model calls, in which order, on what: its models inside models laid flat.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "weights/keras_calls.h"
#include "weights/keras_image.h"
#include "weights/keras_layers.h"

namespace mobilith {

// One call of one layer. Its output is the value of the call's index; value 0 is the image.
struct KerasCall {
  const nlohmann::json* json = nullptr;  // the layer
  std::string kind, what;                // "Conv2D", "layer 'conv1' (Conv2D)"
  std::string name;                      // unique among the calls
  int layer = 0;                         // index in KerasStructure::layers
  // As the file has them; the tensors of all, one after the other, are `inputs`.
  std::vector<KerasArgument> arguments;
  std::vector<int> inputs;  // values
};

struct KerasStructure {
  std::shared_ptr<const nlohmann::json> model;  // what the calls point into
  std::vector<KerasCall> calls;                 // the first is the image's, of no layer
  std::vector<KerasLayer> layers;               // without roles
  KerasImage image;
  std::vector<int> outputs;  // values
  bool keras3 = false;       // the model's input is written as Keras 3 does
};

// json: the attribute `model_config` of an HDF5 file or config.json of a .keras file, of Keras 2 or 3:
// Functional and Sequential models, also inside each other, and layers and models that are called more than
// once. Settings of models are accounted for, those of layers are not looked at. Throws WeightsError, which
// names the layer.
KerasStructure read_keras_structure(const std::string& json, const ReadOptions&);

}  // namespace mobilith
