#include "torch_graphs/transformers_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "text/bounded_json.h"
#include "text/printable.h"
#include "torch_graphs/torch_graph.h"

namespace mobilith::file::torch {

namespace {

using nlohmann::json;

// Settings with the only value that is computed.
struct Setting {
  const char* name;
  json value;
};
const Setting settings[] = {{"hidden_act", "relu6"},
                            {"layer_norm_eps", 0.001},
                            {"output_stride", 32},
                            {"first_layer_is_expansion", true}};

// What the tensors' shapes say, too, and what no answer depends on.
constexpr std::string_view others[] = {"architectures",
                                       "classifier_dropout_prob",
                                       "depth_divisible_by",
                                       "depth_multiplier",
                                       "dtype",
                                       "expand_ratio",
                                       "finegrained_output",
                                       "id2label",
                                       "image_size",
                                       "initializer_range",
                                       "label2id",
                                       "min_depth",
                                       "model_type",
                                       "num_channels",
                                       "num_labels",
                                       "problem_type",
                                       "semantic_loss_ignore_index",
                                       "tf_padding",
                                       "torch_dtype",
                                       "transformers_version",
                                       "_name_or_path"};

[[noreturn]] void refuse(const std::string& what) {
  throw ConfigRefused(fmt::format("config.json beside it {}", what));
}

std::string shown(const json& value) {
  return printable(value.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, 60);
}

bool is_value(const json& found, const json& expected) {
  return found.is_number() && expected.is_number() ? found.get<double>() == expected.get<double>()
                                                   : found == expected;
}

void expect_known(const json& config) {
  for (const auto& [name, value] : config.items()) {
    const auto setting = std::ranges::find(settings, name, &Setting::name);
    if (setting != std::end(settings)) {
      if (!is_value(value, setting->value))
        refuse(fmt::format("has {} {}; expected {}", name, shown(value), setting->value.dump()));
    } else if (std::ranges::find(others, name) == std::end(others)) {
      refuse(fmt::format("has the setting {}, which may change what the model computes", file::quoted(name)));
    }
  }
}

std::vector<std::string> classes_of(const json& config) {
  const auto found = config.find("id2label");
  if (found == config.end() || !found->is_object()) return {};
  std::vector<std::string> classes;
  bool named = false;
  for (size_t i = 0; i < found->size(); i++) {
    const auto label = found->find(std::to_string(i));
    if (label == found->end() || !label->is_string()) return {};
    classes.push_back(printable(label->get<std::string>()));
    named |= classes.back() != fmt::format("LABEL_{}", i);
  }
  return named ? classes : std::vector<std::string>();
}

}  // namespace

std::optional<TransformersConfig> transformers_config(const std::string& text, const std::string& type) {
  json config;
  try {
    config = parse_json_within(text);
  } catch (const JsonFault& fault) {
    return {};  // another program's
  }
  if (!config.is_object() || config.value("model_type", json()) != type) return {};
  expect_known(config);
  TransformersConfig found{.classes = classes_of(config)};
  if (const auto padding = config.find("tf_padding"); padding != config.end()) {
    if (!padding->is_boolean())
      refuse(fmt::format("has tf_padding {}; expected true or false", shown(*padding)));
    found.tf_padding = padding->get<bool>();
  }
  if (const auto size = config.find("image_size"); size != config.end()) {
    const bool possible = size->is_number_integer() && *size >= 1 && *size <= 65536;
    if (!possible)
      refuse(fmt::format("has image_size {}; expected a whole number from 1 to 65536", shown(*size)));
    found.image_size = size->get<int>();
  }
  return found;
}

}  // namespace mobilith::file::torch
