#include "weights/keras_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "weights/weights.h"

namespace mobilith {

namespace {

using nlohmann::json;

// Layers that the networks consist of, and those that do nothing at inference. Any other would be left out
// silently: an error.
constexpr std::array known_layers{"InputLayer",
                                  "Conv2D",
                                  "DepthwiseConv2D",
                                  "BatchNormalization",
                                  "ReLU",
                                  "Activation",
                                  "ZeroPadding2D",
                                  "Add",
                                  "Dense",
                                  "Softmax",
                                  "GlobalAveragePooling2D",
                                  "Reshape",
                                  "Flatten",
                                  "Functional",
                                  "Model",
                                  "Sequential",
                                  "Dropout",
                                  "RandomFlip",
                                  "RandomRotation",
                                  "RandomZoom",
                                  "RandomContrast",
                                  "RandomBrightness",
                                  "RandomTranslation",
                                  "RandomCrop",
                                  "GaussianNoise"};

// A layer's input shape (batch, height, width, channels), under the names that Keras 2 and 3 give it.
void take_input_shape(const json& config, KerasConfig& result) {
  for (const char* key : {"batch_shape", "batch_input_shape"}) {
    if (!config.contains(key) || !config[key].is_array() || config[key].size() != 4) continue;
    const json& shape = config[key];
    if (shape[1].is_number_integer() && shape[2].is_number_integer() && !result.height)
      result.height = shape[1].get<int>(), result.width = shape[2].get<int>();
  }
}

// The library ends in a softmax, or in logits: a classifier that ends in anything else (sigmoid) would be
// answered wrongly.
void check_activation(const json& dense, const std::string& name, const std::string& label) {
  if (!dense.contains("activation") || !dense["activation"].is_string()) return;
  const std::string activation = dense["activation"];
  if (activation != "softmax" && activation != "linear")
    throw WeightsError(
        fmt::format("{}: layer '{}' ends in {}, expected softmax or linear", label, name, activation));
}

void walk(const json& model, KerasConfig& result, const std::string& label, int depth) {
  if (depth > 16 || !model.is_object() || !model.contains("config")) return;
  const json& config = model["config"];
  // Keras 2 writes a Sequential's layers as the config itself.
  const json& layers = config.is_array()                                 ? config
                       : config.is_object() && config.contains("layers") ? config["layers"]
                                                                         : json::array();
  for (const json& layer : layers) {
    if (!layer.is_object() || !layer.contains("class_name") || !layer.contains("config") ||
        !layer["class_name"].is_string())
      continue;
    const std::string kind = layer["class_name"];
    const json& own = layer["config"];
    const std::string name = own.is_object() && own.contains("name") && own["name"].is_string()
                                 ? own["name"].get<std::string>()
                                 : "";
    if (std::find(known_layers.begin(), known_layers.end(), kind) == known_layers.end())
      throw WeightsError(fmt::format(
          "{}: layer '{}' is a {}, which no MobileNet has: the library would compute something else", label,
          name, kind));
    if (own.is_object()) take_input_shape(own, result);
    if (kind == "Dense" && own.is_object()) check_activation(own, name, label);
    if (kind == "BatchNormalization" && own.contains("epsilon") && own["epsilon"].is_number())
      result.epsilon[name] = own["epsilon"];
    walk(layer, result, label, depth + 1);
  }
}

}  // namespace

KerasConfig parse_keras_config(const std::string& text, const std::string& label) {
  KerasConfig result;
  const json model = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (model.is_discarded())
    throw WeightsError(fmt::format("{}: its model configuration is no valid JSON", label));
  walk(model, result, label, 0);
  return result;
}

}  // namespace mobilith
