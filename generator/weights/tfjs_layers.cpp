#include "weights/tfjs_layers.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "formats/json_message.h"
#include "formats/tfjs_fields.h"
#include "formats/tfjs_weights.h"
#include "graph/value.h"
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

// Whether it is a model of layers as TF.js itself saves it.
bool is_model(const json& topology) { return topology.contains("class_name"); }

// Keras's settings, as its converter writes them, or as TF.js itself does.
KerasText text_of(const json& topology) {
  const auto said = topology.find("keras_version");
  std::string version = said != topology.end() && said->is_string() ? said->get<std::string>() : "";
  // TF.js computes what Keras 2 does, also where a model came from Keras 3: then it is not said which is
  // meant.
  if (version.starts_with("tfjs-layers ")) version = "2.";
  if (version.starts_with("3.")) version = "TF.js of 3.";
  if (is_model(topology)) return {topology.dump(), version};
  file::Fields fields(topology, "'modelTopology'");
  for (const char* remark : {"backend", "training_config", "keras_version"}) fields.find(remark);
  const json& config = fields.take("model_config");
  fields.finish();
  return {config.is_string() ? config.get<std::string>() : config.dump(), version};
}

}  // namespace

bool is_tfjs_layers(const std::string& bytes) {
  if (file::format_of(bytes) != "TF.js") return false;
  if (bytes.find("\"model_config\"") == std::string::npos &&
      bytes.find("\"class_name\"") == std::string::npos)
    return false;
  try {
    const json model = file::parse_json(bytes);
    if (!model.is_object() || !model.contains("modelTopology")) return false;
    const json& topology = model["modelTopology"];
    return topology.is_object() && (topology.contains("model_config") || is_model(topology));
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
  const KerasText text = text_of(fields.take("modelTopology"));
  TfjsTensors tensors(file::read_tfjs_weights(fields.take("weightsManifest"), request));
  fields.finish();
  return keras_file_graph(text, tensors, options, options.height, options.width);
}

HeldByFile read_tfjs_layers(ModelFiles& files, const ReadOptions& options) {
  const std::string& bytes = *files.bytes();
  return with_path(files.path(), [&] {
    file::Graph graph = read_tfjs_layers(bytes, options, files.request(options.height, options.width));
    return GraphContent{.graph = std::move(graph),
                        .assumed = assumed_size(text_of(file::parse_json(bytes)["modelTopology"]), options)};
  });
}

}  // namespace mobilith
