#include "weights/keras_calls.h"

#include <fmt/format.h>

#include "models/model_error.h"
#include "weights/keras_settings.h"

namespace mobilith {

using nlohmann::json;

std::string class_of(const json& layer, const std::string& what) {
  if (!layer.is_object() || !layer.contains("class_name") || !layer["class_name"].is_string() ||
      !layer.contains("config"))
    throw WeightsError(
        fmt::format("{}: expected a layer with 'class_name' and 'config', found {}", what, json_text(layer)));
  const std::string kind = layer["class_name"];
  // A class of the user's own may bear the name of one of Keras's: Keras writes from which module it is.
  if (const auto module = layer.find("module"); module != layer.end() && module->is_string()) {
    const std::string from = *module;
    if (!from.starts_with("keras") && !from.starts_with("tf_keras") &&
        !from.starts_with("tensorflow.keras") && !from.starts_with("tensorflow.python.keras"))
      throw WeightsError(fmt::format(
          "{}: a layer of the class '{}' from the module '{}', expected Keras's own", what, kind, from));
  }
  if (const auto own = layer.find("registered_name"); own != layer.end() && own->is_string() && *own != kind)
    throw WeightsError(fmt::format("{}: a layer of a registered class '{}', expected Keras's own {}", what,
                                   own->get<std::string>(), kind));
  return kind;
}

std::string name_of(const json& layer, const std::string& what) {
  if (layer.is_object() && layer.contains("name") && layer["name"].is_string()) return layer["name"];
  if (layer.is_object() && layer.contains("config") && layer["config"].is_object() &&
      layer["config"].contains("name") && layer["config"]["name"].is_string())
    return layer["config"]["name"];
  throw WeightsError(fmt::format("{}: a layer without a name", what));
}

void check_layer_keys(const json& layer, const std::string& what) {
  KerasSettings keys(what, layer);
  keys.ignore({"class_name", "config", "name", "module", "registered_name", "inbound_nodes", "build_config",
               "compile_config", "shared_object_id", "keras_version", "backend"});
  keys.finish();
}

namespace {

// Arguments of a call: what is told to a layer beside the tensors. Anything but these could change its
// result.
// augments: a layer of random augmentation, as Keras 3 writes it: with the default training = true, which
// inference overrides.
void check_arguments(const json& arguments, const std::string& name, bool augments) {
  if (!arguments.is_object())
    throw WeightsError(
        fmt::format("layer '{}': is called with {}, expected named arguments", name, json_text(arguments)));
  for (const auto& [argument, value] : arguments.items()) {
    const bool harmless = (argument == "training" && (value.is_null() || value == json(false) || augments)) ||
                          (argument == "mask" && value.is_null());
    if (!harmless)
      throw WeightsError(fmt::format("layer '{}': is called with {} = {}, which changes what it computes",
                                     name, json_text(argument), json_text(value)));
  }
}

// ["conv1", node, tensor]: the layer, which of its calls, which of that call's outputs. A model inside
// another one was called once when it was made, so that its call in the other one can be the second.
std::string source(const json& reference, const std::string& name) {
  const auto small = [&](const json& value, int most) {
    return value.is_number_integer() && value >= json(0) && value <= json(most);
  };
  if (!reference.is_array() || reference.size() < 3 || !reference[0].is_string() || !small(reference[1], 1) ||
      !small(reference[2], 0))
    throw WeightsError(
        fmt::format("layer '{}': reads {}, expected the only output of a layer that is called once", name,
                    json_text(reference)));
  return reference[0];
}

// Keras 3: a tensor is an object with its history.
void take_tensors(const json& argument, const std::string& name, std::vector<std::string>& found) {
  if (argument.is_array()) {
    for (const json& one : argument) {
      if (one.is_array())
        throw WeightsError(fmt::format("layer '{}': reads lists of lists of tensors", name));
      take_tensors(one, name, found);
    }
    return;
  }
  if (argument.is_object() && argument.contains("class_name") &&
      argument["class_name"] == "__keras_tensor__" && argument.contains("config") &&
      argument["config"].is_object() && argument["config"].contains("keras_history")) {
    found.push_back(source(argument["config"]["keras_history"], name));
    return;
  }
  throw WeightsError(
      fmt::format("layer '{}': is called with {}, expected tensors", name, json_text(argument)));
}

}  // namespace

std::vector<std::string> layer_inputs(const json& layer, const std::string& name) {
  if (!layer.contains("inbound_nodes") || !layer["inbound_nodes"].is_array())
    throw WeightsError(
        fmt::format("layer '{}': the configuration does not say what it reads ('inbound_nodes')", name));
  const json& calls = layer["inbound_nodes"];
  if (calls.size() != 1)
    throw WeightsError(fmt::format("layer '{}': is called {} times, expected once", name, calls.size()));
  const json& call = calls[0];
  std::vector<std::string> found;
  if (call.is_object()) {
    KerasSettings parts(fmt::format("layer '{}'", name), call);
    const json &tensors = parts.take("args"), &arguments = parts.take("kwargs");
    parts.finish();
    if (!tensors.is_array() || tensors.size() != 1)
      throw WeightsError(fmt::format("layer '{}': is called with {}, expected one tensor or one list of them",
                                     name, json_text(tensors)));
    take_tensors(tensors[0], name, found);
    if (!arguments.is_null()) check_arguments(arguments, name, class_of(layer, name).starts_with("Random"));
    return found;
  }
  if (!call.is_array() || call.empty())
    throw WeightsError(fmt::format("layer '{}': reads {}, expected a list of layers", name, json_text(call)));
  for (const json& reference : call) {
    found.push_back(source(reference, name));
    if (reference.size() > 4)
      throw WeightsError(fmt::format("layer '{}': reads {}", name, json_text(reference)));
    if (reference.size() == 4) check_arguments(reference[3], name, /*augments=*/false);
  }
  return found;
}

std::string only_end(const json& config, const char* key, const std::string& what) {
  const json ends = config.is_object() && config.contains(key) ? config[key] : json();
  if (ends.is_array() && !ends.empty()) {
    if (ends[0].is_string()) return source(ends, what);
    if (ends.size() == 1) return source(ends[0], what);
  }
  throw WeightsError(fmt::format("{}: '{}' is {}, expected one layer", what, key, json_text(ends)));
}

}  // namespace mobilith
