#include "weights/keras_structure.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "models/model_error.h"
#include "text/bounded_json.h"
#include "weights/keras_settings.h"

namespace mobilith {

namespace {

using nlohmann::json;

constexpr size_t deepest_json = 64;
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

using Values = std::vector<int>;

class Reader {
 public:
  explicit Reader(const ReadOptions& options) : options_(options) {}

  void read(const json& model) { result.outputs = read_model(model, "the model", {}, {}); }

  KerasStructure result;

 private:
  // Appends a model that reads `inputs`; empty: the whole, which reads the image. Returns its outputs.
  Values read_model(const json& model, const std::string& what, const Values& inputs, const Place& place) {
    if (place.depth > deepest_model)
      throw WeightsError(fmt::format("{}: models inside models, over {} deep", what, deepest_model));
    if (++models_ > most_layers) throw WeightsError("the model has too many models inside");
    check_layer_keys(model, what);
    const std::string kind = class_of(model, what);
    if (!is_model(kind))
      throw WeightsError(
          fmt::format("{}: is of the class '{}', expected a Functional or a Sequential model", what, kind));
    const json& config = model["config"];
    // Keras 2.1 and older write a Sequential's layers as the configuration itself.
    const bool bare = config.is_array();
    if (!bare && !(config.is_object() && config.contains("layers") && config["layers"].is_array()))
      throw WeightsError(fmt::format("{}: expected 1 to {} layers", what, most_layers));
    const json& layers = bare ? config : config["layers"];
    if (layers.empty() || layers.size() > most_layers)
      throw WeightsError(fmt::format("{}: expected 1 to {} layers", what, most_layers));
    if (!bare) {
      KerasSettings settings(what, config);
      settings.ignore({"name", "trainable", "layers", "input_layers", "output_layers", "build_input_shape"});
      require_f32(settings, options_);
      settings.finish();
    }
    return kind == "Sequential" ? read_sequential(layers, config, what, inputs, place)
                                : read_functional(layers, config, what, inputs, place);
  }

  Values read_sequential(const json& layers, const json& config, const std::string& what,
                         const Values& inputs, const Place& place) {
    Values now = inputs;
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
      if (now.empty()) now = {append_image(what, "input", image_of_sequential(layer, config, what))};
      if (now.size() != 1)
        throw WeightsError(fmt::format("layer '{}': reads {} tensors, expected one", name, now.size()));
      now = read_layer(layer, name, now, {KerasArgument{"", {{}}, {}}}, place, next_group(layer, groups));
    }
    return now;
  }

  // A layer of a Functional model, and what its calls gave.
  struct Member {
    const json* layer;
    std::string name, group;
    std::vector<std::vector<KerasArgument>> calls;  // of an input: none
    std::vector<Values> outputs;                    // of the calls so far
    int first = 0;                                  // how its first call is counted
    bool is_input() const { return calls.empty(); }
    bool done() const { return is_input() ? !outputs.empty() : outputs.size() == calls.size(); }
  };
  using Members = std::vector<Member>;

  Values read_functional(const json& layers, const json& config, const std::string& what,
                         const Values& inputs, const Place& place) {
    const auto starts = model_ends(config, "input_layers", what),
               ends = model_ends(config, "output_layers", what);
    if (starts.size() != 1)
      throw WeightsError(fmt::format("{}: has {} inputs ('{}' and '{}'), expected one layer", what,
                                     starts.size(), starts[0].layer, starts[1].layer));
    Members members = members_of(layers, what);
    std::map<std::string, size_t> by_name;
    for (size_t i = 0; i < members.size(); i++)
      if (!by_name.emplace(members[i].name, i).second)
        throw WeightsError(fmt::format("{}: two layers have the name '{}'", what, members[i].name));
    count_calls(members, by_name, ends);
    // The value that a reference means; nothing: it is not computed yet.
    const auto find = [&](const KerasReference& from, const std::string& reader) -> std::optional<int> {
      const auto found = by_name.find(from.layer);
      if (found == by_name.end()) return std::nullopt;
      const Member& member = members[found->second];
      const size_t all = std::max<size_t>(member.calls.size(), 1);
      const int call = all == 1 ? 0 : from.call - member.first;
      if (call < 0 || call >= int(all) || (all == 1 && from.call > 1))
        throw WeightsError(fmt::format("{}: reads call {} of layer '{}', which is called {} times", reader,
                                       from.call, from.layer, all));
      if (size_t(call) >= member.outputs.size()) return std::nullopt;
      if (size_t(from.output) >= member.outputs[size_t(call)].size())
        throw WeightsError(fmt::format("{}: reads output {} of layer '{}', which has {}", reader, from.output,
                                       from.layer, member.outputs[size_t(call)].size()));
      return member.outputs[size_t(call)][size_t(from.output)];
    };
    // Layers are mostly written in the order of computation, but need not be.
    for (bool progress = true; progress;) {
      progress = false;
      for (Member& member : members) {
        if (member.done()) continue;
        if (member.is_input()) {
          if (member.name != starts[0].layer)
            throw WeightsError(
                fmt::format("layer '{}': a second input, expected '{}' alone", member.name, starts[0].layer));
          member.outputs.push_back(read_input(*member.layer, member.name, inputs));
          progress = true;
          continue;
        }
        const auto& call = member.calls[member.outputs.size()];
        Values read;
        bool ready = true;
        for (const KerasArgument& argument : call)
          for (const KerasReference& from : argument.tensors) {
            const auto value = find(from, "layer '" + member.name + "'");
            ready = ready && value;
            if (ready) read.push_back(*value);
          }
        if (!ready) continue;
        member.outputs.push_back(read_layer(*member.layer, member.name, read, call, place, member.group));
        progress = true;
      }
    }
    for (const Member& member : members)
      if (!member.done())
        throw WeightsError(fmt::format(
            "layer '{}': reads a layer that is not there, or itself through others", member.name));
    Values outputs;
    for (const KerasReference& end : ends) {
      const auto value = find(end, what);
      if (!value) throw WeightsError(fmt::format("{}: its output '{}' is no layer of it", what, end.layer));
      outputs.push_back(*value);
    }
    return outputs;
  }

  Members members_of(const json& layers, const std::string& what) {
    Members members;
    std::map<std::string, int> groups;
    for (const json& layer : layers) {
      const std::string kind = class_of(layer, what), name = name_of(layer, what);
      Member member{&layer, name, next_group(layer, groups), {}, {}};
      if (kind != "InputLayer") member.calls = layer_calls(layer, name);
      members.push_back(std::move(member));
    }
    return members;
  }

  // Models that are called more than once may count their calls from 1, as they were called when they were
  // made.
  static void count_calls(Members& members, const std::map<std::string, size_t>& by_name,
                          const std::vector<KerasReference>& ends) {
    std::map<std::string, std::set<int>> seen;
    for (const KerasReference& end : ends) seen[end.layer].insert(end.call);
    for (const Member& member : members)
      for (const auto& call : member.calls)
        for (const KerasArgument& argument : call)
          for (const KerasReference& from : argument.tensors) seen[from.layer].insert(from.call);
    for (const auto& [name, calls] : seen) {
      const auto found = by_name.find(name);
      if (found == by_name.end() || !is_model(class_of(*members[found->second].layer, name))) continue;
      Member& member = members[found->second];
      if (member.calls.size() < 2 || calls.contains(0)) continue;
      if (!calls.contains(int(member.calls.size())))
        throw WeightsError(
            fmt::format("layer '{}': a model that is called {} times, and which call is meant is not said",
                        name, member.calls.size()));
      member.first = 1;
    }
  }

  Values read_layer(const json& layer, const std::string& name, const Values& inputs,
                    const std::vector<KerasArgument>& arguments, const Place& place,
                    const std::string& group) {
    const std::string kind = class_of(layer, name), what = fmt::format("layer '{}' ({})", name, kind);
    check_layer_keys(layer, what);
    if (is_model(kind)) {
      if (inputs.size() != 1)
        throw WeightsError(fmt::format("{}: reads {} tensors, expected one", what, inputs.size()));
      expect_only_tensors(arguments, name, /*augments=*/false);
      return read_model(layer, what, inputs,
                        {place.container.empty() ? name : place.container,
                         place.group + "layers/" + group + "/", place.depth + 1});
    }
    if (inputs.empty()) throw WeightsError(fmt::format("{}: reads nothing", what));
    const auto [known, is_new] = layer_of_.emplace(&layer, int(result.layers.size()));
    if (is_new)
      result.layers.push_back({.name = unique(layer_names_, name),
                               .own_name = name,
                               .container = place.container,
                               .group = place.group + "layers/" + group,
                               .roles = {}});
    result.calls.push_back({&layer, kind, what, unique(call_names_, name), known->second, arguments, inputs});
    if (result.calls.size() > most_layers * 2) throw WeightsError("the model has too many layers");
    return {int(result.calls.size()) - 1};
  }

  // The image, or what a model inside another one reads.
  Values read_input(const json& layer, const std::string& name, const Values& inputs) {
    const std::string what = fmt::format("layer '{}' (InputLayer)", name);
    check_layer_keys(layer, what);
    const KerasImage image = image_of_input(layer["config"], what, !inputs.empty());
    return inputs.empty() ? Values{append_image(what, name, image)} : inputs;
  }

  int append_image(const std::string& what, const std::string& name, const KerasImage& image) {
    if (!result.calls.empty()) throw WeightsError(fmt::format("{}: a second input, expected one", what));
    result.image = image;
    result.calls.push_back({.json = nullptr,
                            .kind = "InputLayer",
                            .what = what,
                            .name = unique(call_names_, name),
                            .arguments = {},
                            .inputs = {}});
    return 0;
  }

  // The group of a grouped file: classes, numbered in the order of the model's layers. Operations are none.
  static std::string next_group(const json& layer, std::map<std::string, int>& groups) {
    if (is_keras_operation(layer)) return "";
    const std::string group = keras_group_name(layer["class_name"]);
    const int before = groups[group]++;
    return before == 0 ? group : fmt::format("{}_{}", group, before);
  }

  static std::string unique(std::set<std::string>& names, const std::string& name) {
    std::string candidate = name;
    for (int i = 2; !names.insert(candidate).second; i++) candidate = fmt::format("{}#{}", name, i);
    return candidate;
  }

  const ReadOptions& options_;
  std::map<const json*, int> layer_of_;  // a layer that is called again is the same
  std::set<std::string> layer_names_, call_names_;
  size_t models_ = 0;
};

}  // namespace

KerasStructure read_keras_structure(const std::string& text, const ReadOptions& options) {
  std::shared_ptr<const json> model;
  try {
    model = std::make_shared<const json>(parse_json_within(text, {.depth = deepest_json}));
  } catch (const JsonFault& fault) {
    if (fault.kind == JsonFault::Kind::damaged)
      throw WeightsError("its model configuration is no valid JSON");
    throw WeightsError(fmt::format("its model configuration: {}", fault.what()));
  }
  if (!model->is_object()) throw WeightsError("its model configuration is no valid JSON");
  Reader reader(options);
  reader.read(*model);
  // How the two write the shape of a model's input.
  const bool keras2 = text.find("\"batch_input_shape\"") != std::string::npos;
  reader.result.keras3 = !keras2 && text.find("\"batch_shape\"") != std::string::npos;
  reader.result.model = std::move(model);
  return std::move(reader.result);
}

}  // namespace mobilith
