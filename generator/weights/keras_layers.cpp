#include "weights/keras_layers.h"

#include <fmt/format.h>

#include <cctype>
#include <tuple>

#include "models/model_error.h"
#include "weights/keras_reading.h"

namespace mobilith {

namespace {

using nlohmann::json;
using namespace keras;

void relu(Reading& r) {
  KerasSettings& s = r.settings;
  Operation& op = append(r, OperationKind::activation);
  s.expect("negative_slope", {0, nullptr, json::array({0.0})});
  s.expect("threshold", {0, nullptr, json::array({0.0})});
  json most = s.take("max_value");
  if (most.is_array() && most.size() == 1) most = most[0];
  if (most.is_null())
    op.function = ActivationFunction::relu;
  else if (most == json(6))
    op.function = ActivationFunction::relu6;
  else if (most.is_number() && most >= json(1e-30) && most <= json(1e30))
    op.function = ActivationFunction::clamp(0, most.get<float>());
  else
    s.refuse("max_value", "a number above 0, from 1e-30 to 1e30, or none");
}

void activation(Reading& r) { append_activation(r, "activation", true); }

void softmax(Reading& r) {
  // The tensor has one axis behind the batch, or the values lie in its last one.
  r.settings.expect("axis", {-1});
  append(r, OperationKind::softmax);
}

void zero_padding(Reading& r) {
  Operation& op = append(r, OperationKind::pad);
  const json& padding = r.settings.take("padding");
  const auto side = [&](const json& value) {
    if (!value.is_number_integer() || value < json(0) || value > json(1024))
      r.settings.refuse("padding", "zeros on each side, from 0 to 1024");
    return value.get<int>();
  };
  const auto both = [&](const json& value) -> std::pair<int, int> {
    if (!value.is_array()) return {side(value), side(value)};
    if (value.size() != 2) r.settings.refuse("padding", "((top, bottom), (left, right))");
    return {side(value[0]), side(value[1])};
  };
  if (padding.is_null() || !padding.is_array()) {
    const int all = padding.is_null() ? 1 : side(padding);
    op.pads = {all, all, all, all};
  } else {
    if (padding.size() != 2) r.settings.refuse("padding", "((top, bottom), (left, right))");
    std::tie(op.pads.top, op.pads.bottom) = both(padding[0]);
    std::tie(op.pads.left, op.pads.right) = both(padding[1]);
  }
  channels_last(r);
}

void add(Reading& r) {
  if (r.inputs.size() != 2)
    throw WeightsError(fmt::format("{}: adds {} tensors, expected two", r.settings.what(), r.inputs.size()));
  append(r, OperationKind::add);
}

void pool(Reading& r) {
  Operation& op = append(r, OperationKind::pool);
  op.kernel_height = op.kernel_width = 0;
  r.settings.flag("keepdims", false);
  channels_last(r);
}

void average_pool(Reading& r) {
  Operation& op = append(r, OperationKind::pool);
  std::tie(op.kernel_height, op.kernel_width) = r.settings.pair("pool_size", 2);
  const bool own_strides = !r.settings.take("strides").is_null();
  std::tie(op.stride_height, op.stride_width) =
      own_strides ? r.settings.pair("strides", 1) : std::pair{op.kernel_height, op.kernel_width};
  if (op.kernel_height < 1 || op.kernel_width < 1) r.settings.refuse("pool_size", "numbers above 0");
  if (op.stride_height < 1 || op.stride_width < 1) r.settings.refuse("strides", "numbers above 0");
  padding(r, op);
  channels_last(r);
}

void reshape(Reading& r) {
  const json& target = r.settings.take("target_shape");
  Operation& op = append(r, OperationKind::reshape);
  if (!target.is_array() || target.empty() || target.size() > 8)
    r.settings.refuse("target_shape", "a list of sizes");
  for (const json& extent : target) {
    if (!extent.is_number_integer() || extent < json(-1) || extent > json(1 << 24))
      r.settings.refuse("target_shape", "a list of sizes");
    op.target.push_back(extent.get<int>());
  }
}

void flatten(Reading& r) {
  append(r, OperationKind::reshape).target = {-1};
  channels_last(r);
}

void input(Reading& r) {
  throw WeightsError(fmt::format("{}: an input where a layer was expected", r.settings.what()));
}

// Layers that pass on what they read when the model is not being trained, whatever their settings.
void nothing_at_inference(Reading& r) { r.settings.ignore_all(); }

struct KerasClass {
  const char* name;
  void (*append)(Reading&);
};

// A class that is not here is refused.
constexpr KerasClass classes[] = {
    {"InputLayer", input},
    {"Conv2D", convolution},
    {"Convolution2D", convolution},
    {"DepthwiseConv2D", depthwise},
    {"BatchNormalization", batch_norm},
    {"ReLU", relu},
    {"Activation", activation},
    {"Softmax", softmax},
    {"ZeroPadding2D", zero_padding},
    {"Add", add},
    {"GlobalAveragePooling2D", pool},
    {"GlobalAvgPool2D", pool},
    {"AveragePooling2D", average_pool},
    {"AvgPool2D", average_pool},
    {"Reshape", reshape},
    {"Flatten", flatten},
    {"Dense", dense},
    {"Dropout", nothing_at_inference},
    {"SpatialDropout2D", nothing_at_inference},
    {"AlphaDropout", nothing_at_inference},
    {"GaussianDropout", nothing_at_inference},
    {"GaussianNoise", nothing_at_inference},
    {"ActivityRegularization", nothing_at_inference},
    {"RandomFlip", nothing_at_inference},
    {"RandomRotation", nothing_at_inference},
    {"RandomZoom", nothing_at_inference},
    {"RandomContrast", nothing_at_inference},
    {"RandomBrightness", nothing_at_inference},
    {"RandomTranslation", nothing_at_inference},
};

}  // namespace

int append_keras_layer(const std::string& kind, KerasSettings& settings, const std::vector<int>& inputs,
                       const KerasRules& rules, Graph& graph, KerasLayer& layer) {
  for (const KerasClass& row : classes) {
    if (kind != row.name) continue;
    Reading reading{settings, inputs, rules, graph, layer};
    settings.ignore({"name", "trainable", "batch_input_shape", "batch_shape", "input_shape"});
    require_f32(settings, rules);
    const size_t before = graph.operations.size();
    row.append(reading);
    settings.finish();
    if (inputs.size() != 1 && row.append != add)
      throw WeightsError(fmt::format("{}: reads {} tensors, expected one", settings.what(), inputs.size()));
    return graph.operations.size() == before ? inputs.front() : static_cast<int>(graph.operations.size()) - 1;
  }
  throw WeightsError(
      fmt::format("{}: no MobileNet has such a layer, and no kernel computes it", settings.what()));
}

std::string keras_group_name(const std::string& kind) {
  // As Keras's to_snake_case: an underscore before a capital that begins a word.
  std::string name;
  for (size_t i = 0; i < kind.size(); i++) {
    const auto letter = static_cast<unsigned char>(kind[i]);
    const bool before_small = i + 1 < kind.size() && std::islower(static_cast<unsigned char>(kind[i + 1]));
    const bool after_small = i > 0 && std::islower(static_cast<unsigned char>(kind[i - 1]));
    if (i > 0 && std::isupper(letter) && (before_small || after_small)) name += '_';
    name += static_cast<char>(std::tolower(letter));
  }
  return name;
}

}  // namespace mobilith
