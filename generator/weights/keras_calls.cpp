#include "weights/keras_calls.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/model_error.h"
#include "weights/keras_settings.h"

namespace mobilith {

using nlohmann::json;

namespace {

// Whether a module is in one of Keras's packages: "keras.layers", not "keras_of_mine".
bool is_of_keras(const std::string& module) {
  for (const std::string package : {"keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"})
    if (module == package || module.starts_with(package + ".")) return true;
  return false;
}

}  // namespace

std::string class_of(const json& layer, const std::string& what) {
  if (!layer.is_object() || !layer.contains("class_name") || !layer["class_name"].is_string() ||
      !layer.contains("config"))
    throw WeightsError(
        fmt::format("{}: expected a layer with 'class_name' and 'config', found {}", what, json_text(layer)));
  const std::string kind = layer["class_name"];
  // A class of the user's own may bear the name of one of Keras's: Keras writes from which module it is, and
  // null of the program itself. HDF5 files say nothing of it.
  if (const auto module = layer.find("module"); module != layer.end()) {
    const std::string from = module->is_string() ? module->get<std::string>() : "";
    if (!is_of_keras(from))
      throw WeightsError(
          fmt::format("{}: a layer of the class '{}' from {}, expected Keras's own", what, kind,
                      from.empty() ? "the program that wrote it" : "the module '" + from + "'"));
  }
  if (const auto own = layer.find("registered_name"); own != layer.end() && own->is_string() && *own != kind)
    throw WeightsError(fmt::format("{}: a layer of a registered class '{}', expected Keras's own {}", what,
                                   own->get<std::string>(), kind));
  return kind;
}

bool is_keras_operation(const json& layer) {
  const auto module = layer.find("module");
  if (module != layer.end() && module->is_string())
    return module->get<std::string>().starts_with("keras.src.ops.");
  // HDF5 files of Keras 3 don't say the module; operations are told by having no settings but a name.
  const auto calls = layer.find("inbound_nodes"), config = layer.find("config");
  return calls != layer.end() && calls->is_array() && !calls->empty() && (*calls)[0].is_object() &&
         config->is_object() && !config->contains("trainable") && !config->contains("dtype");
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

constexpr int most_calls = 64;  // of one layer

// ["conv1", call, output].
KerasReference reference(const json& from, const std::string& name) {
  const auto small = [](const json& value) {
    return value.is_number_integer() && value >= json(0) && value <= json(most_calls);
  };
  if (!from.is_array() || from.size() < 3 || !from[0].is_string() || !small(from[1]) || !small(from[2]))
    throw WeightsError(
        fmt::format("layer '{}': reads {}, expected an output of a layer's call", name, json_text(from)));
  return {from[0], from[1].get<int>(), from[2].get<int>()};
}

bool is_keras_tensor(const json& argument) {
  return argument.is_object() && argument.contains("class_name") &&
         argument["class_name"] == "__keras_tensor__" && argument.contains("config") &&
         argument["config"].is_object() && argument["config"].contains("keras_history");
}

// Whether the argument has a tensor in it.
bool holds_tensors(const json& argument) {
  if (argument.is_array())
    return std::any_of(argument.begin(), argument.end(), [](const json& one) { return holds_tensors(one); });
  return is_keras_tensor(argument);
}

// Keras 3: a tensor is an object with its history; an argument is one, a list of them, or a constant.
KerasArgument argument_of(const json& from, const std::string& called, const std::string& name) {
  KerasArgument argument{called, {}, {}};
  if (!holds_tensors(from)) {
    argument.constant = from;
    return argument;
  }
  const json list = from.is_array() ? from : json::array({from});
  for (const json& one : list) {
    if (!is_keras_tensor(one))
      throw WeightsError(
          fmt::format("layer '{}': is called with {}, expected tensors", name, json_text(one)));
    argument.tensors.push_back(reference(one["config"]["keras_history"], name));
  }
  return argument;
}

std::vector<KerasArgument> call_of_keras3(const json& call, const std::string& name) {
  KerasSettings parts(fmt::format("layer '{}'", name), call);
  const json &places = parts.take("args"), &named = parts.take("kwargs");
  parts.finish();
  if (!places.is_array() || !(named.is_null() || named.is_object()))
    throw WeightsError(
        fmt::format("layer '{}': is called with {}, expected arguments", name, json_text(call)));
  std::vector<KerasArgument> arguments;
  for (const json& one : places) arguments.push_back(argument_of(one, "", name));
  if (named.is_object())
    for (const auto& [called, one] : named.items()) arguments.push_back(argument_of(one, called, name));
  return arguments;
}

// Keras 2: a list of [layer, call, output, {named arguments}]; among the named arguments of an operation of
// TensorFlow, a list of that form without the last is a tensor.
std::vector<KerasArgument> call_of_keras2(const json& call, const std::string& name) {
  // Of Keras 2's later versions, where the layer reads one tensor: without the list around it.
  const json list = call.is_array() && !call.empty() && call[0].is_string() ? json::array({call}) : call;
  if (!list.is_array() || list.empty())
    throw WeightsError(fmt::format("layer '{}': reads {}, expected a list of layers", name, json_text(call)));
  std::vector<KerasArgument> arguments(1);
  for (const json& one : list) {
    // ["_CONSTANT_VALUE", -1, 1.0, {...}]
    const bool constant =
        one.is_array() && one.size() == 4 && one[0] == "_CONSTANT_VALUE" && list.size() == 1;
    if (constant)
      arguments[0].constant = one[2];
    else
      arguments[0].tensors.push_back(reference(one, name));
    if (one.size() > 4 || (one.size() == 4 && !one[3].is_object()))
      throw WeightsError(fmt::format("layer '{}': reads {}", name, json_text(one)));
    if (one.size() < 4) continue;
    for (const auto& [called, value] : one[3].items()) {
      const bool tensor = value.is_array() && value.size() == 3 && value[0].is_string();
      arguments.push_back({called, {}, tensor ? json() : value});
      if (tensor) arguments.back().tensors.push_back(reference(value, name));
    }
  }
  return arguments;
}

}  // namespace

std::vector<std::vector<KerasArgument>> layer_calls(const json& layer, const std::string& name) {
  if (!layer.contains("inbound_nodes") || !layer["inbound_nodes"].is_array())
    throw WeightsError(
        fmt::format("layer '{}': the configuration does not say what it reads ('inbound_nodes')", name));
  const json& calls = layer["inbound_nodes"];
  if (calls.empty() || calls.size() > most_calls)
    throw WeightsError(fmt::format("layer '{}': is called {} times, expected once", name, calls.size()));
  std::vector<std::vector<KerasArgument>> found;
  for (const json& call : calls)
    found.push_back(call.is_object() ? call_of_keras3(call, name) : call_of_keras2(call, name));
  return found;
}

void expect_only_tensors(const std::vector<KerasArgument>& arguments, const std::string& name,
                         bool augments) {
  for (size_t i = 0; i < arguments.size(); i++) {
    const auto& [called, tensors, constant] = arguments[i];
    if (called.empty() && i == 0 && !tensors.empty()) continue;
    const bool harmless =
        tensors.empty() &&
        ((called == "training" && (constant.is_null() || constant == json(false) || augments)) ||
         (called == "mask" && constant.is_null()));
    if (!harmless)
      throw WeightsError(fmt::format("layer '{}': is called with {} = {}, which changes what it computes",
                                     name, json_text(called),
                                     tensors.empty() ? json_text(constant) : "a tensor"));
  }
  if (arguments.empty() || arguments[0].tensors.empty() || !arguments[0].name.empty())
    throw WeightsError(fmt::format("layer '{}': is called without a tensor or a list of them", name));
}

std::vector<KerasReference> model_ends(const json& config, const char* key, const std::string& what) {
  const json ends = config.is_object() && config.contains(key) ? config[key] : json();
  std::vector<KerasReference> found;
  if (ends.is_array() && !ends.empty() && ends[0].is_string())
    found.push_back(reference(ends, what));
  else if (ends.is_array() || ends.is_object())
    for (const json& one : ends) found.push_back(reference(one, what));
  if (found.empty() || found.size() > most_calls)
    throw WeightsError(fmt::format("{}: '{}' is {}, expected layers", what, key, json_text(ends)));
  return found;
}

}  // namespace mobilith
