#include "weights/tfjs_layers.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "formats/json_message.h"
#include "formats/tfjs_fields.h"
#include "formats/tfjs_weights.h"
#include "graph/value.h"
#include "text/sha256.h"
#include "weights/file_bytes.h"
#include "weights/graph_file.h"
#include "weights/keras_file_graph.h"
#include "weights/with_path.h"

namespace mobilith {

using nlohmann::json;

namespace {

// Weights bear the names of Keras's variables, "conv1/kernel", without the models around the layer.
class TfjsTensors final : public KerasTensors {
 public:
  explicit TfjsTensors(std::map<std::string, file::Tensor> tensors) : tensors_(std::move(tensors)) {}

  void claim(const std::vector<KerasLayer>& layers) override {
    std::set<std::string> left;
    for (const auto& [name, tensor] : tensors_) left.insert(name);
    for (const KerasLayer& layer : layers)
      for (const std::string& role : layer.roles) {
        const std::string name = find(layer.own_name, role);
        if (left.erase(name))
          names_[{layer.name, role}] = name;
        else if (role != "count")
          throw WeightsError(
              fmt::format("layer '{}' has no '{}': the tensor is missing from the file", layer.name, role));
      }
    if (!left.empty())
      throw WeightsError(
          fmt::format("the tensor {} belongs to no layer of the model", file::quoted(*left.begin())));
  }

  KerasTensor read(const KerasLayer& layer, const std::string& role) const override {
    const file::Value value = file::value_of(tensors_.at(names_.at({layer.name, role})));
    return {value.shape, {value.numbers.begin(), value.numbers.end()}};
  }

 private:
  // What the variable of the layer is called; empty: it is not there.
  std::string find(const std::string& layer, const std::string& role) const {
    for (const std::string& name : {layer + "/" + role, layer + "/depthwise_" + role})
      for (const char* ending : {"", ":0"})
        if (tensors_.contains(name + ending)) return name + ending;
    return "";
  }

  std::map<std::string, file::Tensor> tensors_;
  std::map<std::pair<std::string, std::string>, std::string> names_;
};

}  // namespace

bool is_tfjs_layers(const std::string& bytes) {
  if (file::format_of(bytes) != "TF.js" || bytes.find("\"model_config\"") == std::string::npos) return false;
  try {
    const json model = file::parse_json(bytes);
    return model.is_object() && model.contains("modelTopology") && model["modelTopology"].is_object() &&
           model["modelTopology"].contains("model_config");
  } catch (const file::Error&) {
    return false;
  }
}

file::Graph read_tfjs_layers(const std::string& bytes, const ReadOptions& options,
                             const file::ReadRequest& request) {
  const json model = file::parse_json(bytes);
  file::Fields fields(model, "the model");
  for (const char* remark : {"format", "generatedBy", "convertedBy", "userDefinedMetadata", "trainingConfig"})
    fields.find(remark);
  file::Fields topology(fields.take("modelTopology"), "'modelTopology'");
  for (const char* remark : {"backend", "training_config"}) topology.find(remark);
  const json& config = topology.take("model_config");
  const json* version = topology.find("keras_version");
  topology.finish();
  TfjsTensors tensors(file::read_tfjs_weights(fields.take("weightsManifest"), request));
  fields.finish();
  const KerasText text{config.is_string() ? config.get<std::string>() : config.dump(),
                       version && version->is_string() ? version->get<std::string>() : ""};
  return keras_file_graph(text, tensors, options, options.height, options.width);
}

std::unique_ptr<Weights> open_tfjs_layers(const std::string& bytes, const std::string& path,
                                          const ReadOptions& options) {
  file::Graph graph =
      with_path(path, [&] { return read_tfjs_layers(bytes, options, {.beside = files_beside(path)}); });
  return open_file_graph(std::move(graph), path, sha256(bytes), options);
}

}  // namespace mobilith
