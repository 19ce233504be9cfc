// Keras's model configurations, written by tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/infer.h"
#include "graph/value.h"
#include "models/model_error.h"
#include "weights/keras_file_graph.h"

namespace mobilith::testing {

using Json = nlohmann::json;

struct TextLayer {
  std::string kind;
  Json settings;
};

// A Functional model whose layers read each other in turn, called "layer_1"..., behind an image of this shape
// without the batch. Keras 3's spelling or Keras 2's.
inline Json functional(const std::vector<TextLayer>& layers, bool keras3 = true,
                       const Json& image = {6, 5, 3}) {
  Json shape{nullptr};
  shape.insert(shape.end(), image.begin(), image.end());
  Json list = Json::array();
  list.push_back({{"class_name", "InputLayer"},
                  {"name", "image"},
                  {"config", {{"name", "image"}, {keras3 ? "batch_shape" : "batch_input_shape", shape}}},
                  {"inbound_nodes", Json::array()}});
  std::string last = "image";
  for (const TextLayer& layer : layers) {
    const std::string name = "layer_" + std::to_string(list.size());
    Json config = layer.settings;
    config["name"] = name;
    list.push_back({{"class_name", layer.kind},
                    {"name", name},
                    {"config", config},
                    {"inbound_nodes", {{{last, 0, 0, Json::object()}}}}});
    last = name;
  }
  const auto end = [](const std::string& name) { return Json::array({Json::array({name, 0, 0})}); };
  return {
      {"class_name", "Functional"},
      {"config",
       {{"name", "model"}, {"layers", list}, {"input_layers", end("image")}, {"output_layers", end(last)}}}};
}

// Tensors of any shape: what the layers' variables need, by formula.
class AnyTensors final : public KerasTensors {
 public:
  explicit AnyTensors(const std::string& config) {
    const KerasOperations made = keras_operations(read_keras_structure(config, {}), {{}, true}, {}, {});
    for (const keras::KerasVariable& variable : made.variables)
      shapes_[{made.layers[size_t(variable.layer)].name, variable.role}] =
          *made.graph.tensors[size_t(variable.tensor)].shape;
  }
  void claim(const std::vector<KerasLayer>&) override {}
  KerasTensor read(const KerasLayer& layer, const std::string& role) const override {
    const file::Extents& shape = shapes_.at({layer.name, role});
    KerasTensor tensor{shape, {}};
    for (int64_t i = 0; i < file::elements(shape, "shape"); i++)
      tensor.values.push_back(float((i * 37 + 11) % 101) / 80 + 0.1f);
    return tensor;
  }

 private:
  std::map<std::pair<std::string, std::string>, file::Extents> shapes_;
};

inline file::Graph graph_of(const Json& model, const std::string& version = "3.15.1",
                            std::optional<int> height = {}, std::optional<int> width = {}) {
  const std::string config = model.dump();
  AnyTensors tensors(config);
  return keras_file_graph({config, version}, tensors, {}, height, width);
}

// Why the model is refused; empty: it is not.
inline std::string refusal_of(const Json& model, const std::string& version = "3.15.1") {
  try {
    const std::string config = model.dump();
    const KerasStructure structure = read_keras_structure(config, {});
    KerasRules rules;
    rules.keras3 = version.starts_with("3."), rules.keras2 = version.starts_with("2.");
    keras_operations(structure, rules, {}, {});
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "";
}

}  // namespace mobilith::testing
