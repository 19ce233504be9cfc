#include "weights/keras_graph.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "models/model_error.h"
#include "weights/keras_calls.h"

namespace mobilith {

namespace {

using nlohmann::json;

constexpr int deepest_model = 8, deepest_json = 64;
constexpr size_t most_layers = 4096;

bool is_model(const std::string& kind) {
  return kind == "Functional" || kind == "Model" || kind == "Sequential";
}

// The models around a layer.
struct Place {
  std::string container;  // the outermost inside the whole
  std::string group;      // "layers/functional/"
  int depth = 0;
};

class Reader {
 public:
  explicit Reader(const KerasRules& rules) : rules_(rules) {}

  KerasGraph read(const json& model) {
    const std::vector<int> outputs = read_model(model, "the model", {}, {});
    result_.graph.output = outputs.at(0);
    return std::move(result_);
  }

 private:
  // Appends a model that reads `inputs`; empty: the whole, which reads the image. Returns its output.
  std::vector<int> read_model(const json& model, const std::string& what, const std::vector<int>& inputs,
                              const Place& place) {
    if (place.depth > deepest_model)
      throw WeightsError(fmt::format("{}: models inside models, over {} deep", what, deepest_model));
    check_layer_keys(model, what);
    const std::string kind = class_of(model, what);
    if (!is_model(kind))
      throw WeightsError(
          fmt::format("{}: is of the class '{}', expected a Functional or a Sequential model", what, kind));
    const json& config = model["config"];
    const bool sequential = kind == "Sequential";
    // Keras 2.1 and older write a Sequential's layers as the configuration itself.
    const json& layers = config.is_array()                                 ? config
                         : config.is_object() && config.contains("layers") ? config["layers"]
                                                                           : json();
    if (!layers.is_array() || layers.empty() || layers.size() > most_layers)
      throw WeightsError(fmt::format("{}: expected 1 to {} layers", what, most_layers));
    if (config.is_object()) {
      KerasSettings settings(what, config);
      settings.ignore({"name", "trainable", "layers", "input_layers", "output_layers", "build_input_shape"});
      require_f32(settings, rules_);
      settings.finish();
    }
    return sequential ? read_sequential(layers, config, what, inputs, place)
                      : read_functional(layers, config, what, inputs, place);
  }

  std::vector<int> read_sequential(const json& layers, const json& config, const std::string& what,
                                   const std::vector<int>& inputs, const Place& place) {
    std::vector<int> now = inputs;
    std::map<std::string, int> groups;
    for (size_t i = 0; i < layers.size(); i++) {
      const json& layer = layers[i];
      const std::string name = name_of(layer, what);
      if (class_of(layer, what) == "InputLayer") {
        if (i != 0)
          throw WeightsError(fmt::format("layer '{}': an input in the middle of a Sequential model", name));
        now = read_input(layer, name, now);
        continue;
      }
      if (now.empty()) now = {append_image(layer, config, what)};
      now = read_layer(layer, name, now, place, groups);
    }
    return now;
  }

  std::vector<int> read_functional(const json& layers, const json& config, const std::string& what,
                                   const std::vector<int>& inputs, const Place& place) {
    const std::string input = only_end(config, "input_layers", what),
                      output = only_end(config, "output_layers", what);
    std::map<std::string, std::vector<int>> done;  // a layer's output
    std::map<std::string, int> groups;
    std::set<size_t> waiting;
    std::map<size_t, std::string> group_of;
    for (size_t i = 0; i < layers.size(); i++) {
      waiting.insert(i);
      const std::string kind = class_of(layers[i], what);
      group_of[i] = next_group(kind, groups);
    }
    // Layers are mostly written in the order of computation, but need not be.
    for (bool progress = true; progress && !waiting.empty();) {
      progress = false;
      for (auto at = waiting.begin(); at != waiting.end();) {
        const json& layer = layers[*at];
        const std::string name = name_of(layer, what);
        if (done.contains(name))
          throw WeightsError(fmt::format("{}: two layers have the name '{}'", what, name));
        std::vector<int> read;
        bool ready = true;
        if (class_of(layer, what) == "InputLayer") {
          if (name != input)
            throw WeightsError(fmt::format("layer '{}': a second input, expected '{}' alone", name, input));
          done[name] = read_input(layer, name, inputs);
        } else {
          for (const std::string& from : layer_inputs(layer, name)) {
            const auto found = done.find(from);
            ready = ready && found != done.end();
            if (ready) read.insert(read.end(), found->second.begin(), found->second.end());
          }
          if (ready) done[name] = read_layer(layer, name, read, place, group_of[*at]);
        }
        progress = progress || ready;
        at = ready ? waiting.erase(at) : std::next(at);
      }
    }
    if (!waiting.empty())
      throw WeightsError(fmt::format("layer '{}': reads a layer that is not there, or itself through others",
                                     name_of(layers[*waiting.begin()], what)));
    const auto found = done.find(output);
    if (found == done.end())
      throw WeightsError(fmt::format("{}: its output layer '{}' is not there", what, output));
    return found->second;
  }

  std::vector<int> read_layer(const json& layer, const std::string& name, const std::vector<int>& inputs,
                              const Place& place, std::map<std::string, int>& groups) {
    return read_layer(layer, name, inputs, place, next_group(class_of(layer, name), groups));
  }

  std::vector<int> read_layer(const json& layer, const std::string& name, const std::vector<int>& inputs,
                              const Place& place, const std::string& group) {
    const std::string kind = class_of(layer, name), what = fmt::format("layer '{}' ({})", name, kind);
    check_layer_keys(layer, what);
    if (is_model(kind)) {
      if (inputs.size() != 1)
        throw WeightsError(fmt::format("{}: reads {} tensors, expected one", what, inputs.size()));
      return read_model(layer, what, inputs,
                        {place.container.empty() ? name : place.container,
                         place.group + "layers/" + group + "/", place.depth + 1});
    }
    if (inputs.empty()) throw WeightsError(fmt::format("{}: reads nothing", what));
    KerasSettings settings(what, layer["config"]);
    KerasLayer with_weights;
    with_weights.own_name = name;
    with_weights.name = unique(name);
    with_weights.container = place.container;
    with_weights.group = place.group + "layers/" + group;
    const int output = append_keras_layer(kind, settings, inputs, rules_, result_.graph, with_weights);
    if (result_.graph.operations.size() > most_layers * 2)
      throw WeightsError("the model has too many layers");
    if (!with_weights.roles.empty()) result_.layers.push_back(with_weights);
    return {output};
  }

  // The image, or what a model inside another one reads.
  std::vector<int> read_input(const json& layer, const std::string& name, const std::vector<int>& inputs) {
    const std::string what = fmt::format("layer '{}' (InputLayer)", name);
    check_layer_keys(layer, what);
    KerasSettings settings(what, layer["config"]);
    settings.ignore({"name", "trainable", "input_dtype"});
    settings.expect("dtype", {"float32", nullptr});
    for (const char* flag : {"sparse", "ragged", "optional"}) settings.expect(flag, {false});
    json shape = settings.take("batch_shape");
    for (const char* other : {"batch_input_shape"})
      if (shape.is_null()) shape = settings.take(other);
    settings.ignore({"batch_input_shape"});
    settings.finish();
    return inputs.empty() ? std::vector{append_image(what, shape)} : inputs;
  }

  // The image that a Sequential model without an input layer reads: its first layer's shape, or the model's.
  int append_image(const json& first, const json& config, const std::string& what) {
    json shape;
    const auto look = [&](const json& holder, const char* key) {
      if (shape.is_null() && holder.is_object() && holder.contains(key)) shape = holder[key];
    };
    const json* innermost = &first;
    for (int depth = 0; depth < deepest_model && innermost->contains("config"); depth++) {
      const json& settings = (*innermost)["config"];
      look(settings, "batch_shape"), look(settings, "batch_input_shape"), look(settings, "build_input_shape");
      if (!shape.is_null() || !settings.is_object() || !settings.contains("layers") ||
          !settings["layers"].is_array() || settings["layers"].empty() || !settings["layers"][0].is_object())
        break;
      innermost = &settings["layers"][0];
    }
    look(config, "build_input_shape");
    return append_image(what, shape);
  }

  int append_image(const std::string& what, const json& shape) {
    if (!result_.graph.operations.empty())
      throw WeightsError(fmt::format("{}: a second input, expected one", what));
    Operation operation{OperationKind::input, "", what, {}};
    if (!shape.is_null()) {
      const auto extent = [&](size_t axis) -> std::optional<int> {
        const json& value = shape[axis];
        if (value.is_null()) return std::nullopt;
        if (!value.is_number_integer() || value < json(1) || value > json(1 << 24))
          throw WeightsError(fmt::format("{}: the input's shape is {}, expected (batch, height, width, 3)",
                                         what, json_text(shape)));
        return value.get<int>();
      };
      if (!shape.is_array() || shape.size() != 4)
        throw WeightsError(fmt::format("{}: the input's shape is {}, expected (batch, height, width, 3)",
                                       what, json_text(shape)));
      operation.height = extent(1), operation.width = extent(2), operation.channels = extent(3).value_or(3);
      extent(0);
      if (operation.channels != 3)
        throw WeightsError(fmt::format("{}: the input has {} channels (shape {}), expected 3, the last axis",
                                       what, operation.channels, json_text(shape)));
    }
    if (shape.is_null()) operation.channels = 3;
    result_.graph.operations.push_back(operation);
    return 0;
  }

  static std::string next_group(const std::string& kind, std::map<std::string, int>& groups) {
    const std::string group = keras_group_name(kind);
    const int before = groups[group]++;
    return before == 0 ? group : fmt::format("{}_{}", group, before);
  }

  std::string unique(const std::string& name) {
    std::string candidate = name;
    for (int i = 2; !names_.insert(candidate).second; i++) candidate = fmt::format("{}#{}", name, i);
    return candidate;
  }

  const KerasRules rules_;
  KerasGraph result_;
  std::set<std::string> names_;
};

}  // namespace

KerasGraph read_keras_graph(const std::string& text, const ReadOptions& options) {
  bool deep = false;
  const json model = json::parse(
      text, [&](int depth, json::parse_event_t, json&) { return !(deep = deep || depth > deepest_json); },
      /*allow_exceptions=*/false);
  if (deep) throw WeightsError(fmt::format("its model configuration is over {} levels deep", deepest_json));
  if (model.is_discarded() || !model.is_object())
    throw WeightsError("its model configuration is no valid JSON");
  // How the two write the shape of a model's input.
  const bool keras2 = text.find("\"batch_input_shape\"") != std::string::npos;
  return Reader({options, !keras2 && text.find("\"batch_shape\"") != std::string::npos}).read(model);
}

}  // namespace mobilith
