#include "weights/keras_layers.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <tuple>

#include "models/model_error.h"

namespace mobilith {

namespace {

using nlohmann::json;

struct Reading {
  KerasSettings& settings;
  const std::vector<int>& inputs;
  const ReadOptions& options;
  Graph& graph;
  KerasLayer& layer;
};

Operation& append(Reading& r, OperationKind kind) {
  Operation operation{kind, r.layer.name, r.settings.what(), r.inputs};
  r.graph.operations.push_back(std::move(operation));
  return r.graph.operations.back();
}

int last(const Reading& r) { return static_cast<int>(r.graph.operations.size()) - 1; }

// An operation behind the layer's first.
Operation& append_behind(Reading& r, OperationKind kind) {
  const int before = last(r);
  Operation& operation = append(r, kind);
  operation.inputs = {before};
  return operation;
}

// What all layers have, or may have, and what changes nothing at inference.
void common(Reading& r) {
  r.settings.ignore({"name", "trainable", "batch_input_shape", "batch_shape", "input_shape"});
  json policy = r.settings.take("dtype");
  if (policy.is_object() && policy.contains("config") && policy["config"].is_object())
    policy = policy["config"].value("name", json());
  if (policy.is_null() || policy == "float32") return;
  const bool computes_less = policy == "mixed_float16" || policy == "mixed_bfloat16" || policy == "float16" ||
                             policy == "bfloat16" || policy == "float64";
  if (computes_less && r.options.as_f32) return;
  r.settings.refuse(
      "dtype", computes_less ? "\"float32\" (--dtype f32 computes it in f32 all the same)" : "\"float32\"");
}

void ignore_training(Reading& r, std::initializer_list<const char*> tensors) {
  for (const char* tensor : tensors)
    for (const char* what : {"_initializer", "_regularizer", "_constraint"})
      r.settings.ignore({(std::string(tensor) + what).c_str()});
  r.settings.ignore({"activity_regularizer"});
}

void channels_last(Reading& r) { r.settings.expect("data_format", {"channels_last", nullptr}); }

// An activation by its name, as an operation behind the layer.
void append_activation(Reading& r, const char* setting, bool alone) {
  const std::string name = r.settings.text(setting, "linear");
  const auto put = [&](OperationKind kind) -> Operation& {
    return alone ? append(r, kind) : append_behind(r, kind);
  };
  if (name == "linear") return;
  if (name == "relu")
    put(OperationKind::activation).function = ActivationFunction::relu;
  else if (name == "relu6")
    put(OperationKind::activation).function = ActivationFunction::relu6;
  else if (name == "softmax")
    put(OperationKind::softmax);
  else if (name == "sigmoid")
    put(OperationKind::sigmoid);
  else
    r.settings.refuse(setting, "relu, relu6, softmax, sigmoid or linear");
}

void padding(Reading& r, Operation& op) {
  const std::string name = r.settings.text("padding", "valid");
  if (name != "same" && name != "valid") r.settings.refuse("padding", "\"same\" or \"valid\"");
  op.same = name == "same";
}

void window(Reading& r, Operation& op) {
  KerasSettings& s = r.settings;
  std::tie(op.kernel_height, op.kernel_width) = s.pair("kernel_size", 1);
  std::tie(op.stride_height, op.stride_width) = s.pair("strides", 1);
  for (int value : {op.kernel_height, op.kernel_width, op.stride_height, op.stride_width})
    if (value < 1 || value > 1024)
      s.refuse(value == op.kernel_height ? "kernel_size" : "strides", "numbers from 1 to 1024");
  if (s.pair("dilation_rate", 1) != std::pair{1, 1}) s.refuse("dilation_rate", "1");
  padding(r, op);
  s.expect("groups", {1});
  s.expect("lora_rank", {nullptr});
  s.expect("lora_alpha", {nullptr});
  s.expect("quantization_config", {nullptr});
  channels_last(r);
}

void bias_role(Reading& r, Operation& op) {
  op.bias = r.settings.flag("use_bias", true);
  r.layer.roles = {"kernel"};
  if (op.bias) r.layer.roles.emplace_back("bias");
}

int positive(Reading& r, const char* setting) {
  const int value = r.settings.whole(setting, 0);
  if (value < 1) r.settings.refuse(setting, "a whole number above 0");
  return value;
}

void convolution(Reading& r) {
  Operation& op = append(r, OperationKind::convolution);
  window(r, op);
  op.channels = positive(r, "filters");
  bias_role(r, op);
  ignore_training(r, {"kernel", "bias"});
  append_activation(r, "activation", false);
}

void depthwise(Reading& r) {
  Operation& op = append(r, OperationKind::depthwise);
  window(r, op);
  op.depth_multiplier = r.settings.whole("depth_multiplier", 1);
  if (op.depth_multiplier < 1 || op.depth_multiplier > 64)
    r.settings.refuse("depth_multiplier", "a number from 1 to 64");
  r.settings.expect("filters", {nullptr});  // some versions of Keras 2 write what the base class would
  bias_role(r, op);
  ignore_training(r, {"kernel", "depthwise", "bias"});
  append_activation(r, "activation", false);
}

void batch_norm(Reading& r) {
  KerasSettings& s = r.settings;
  append(r, OperationKind::batch_norm);
  s.expect("axis", {-1, 3, json::array({3}), json::array({-1})});
  r.layer.epsilon = s.number("epsilon", 1e-3);
  if (s.flag("scale", true)) r.layer.roles.emplace_back("gamma");
  if (s.flag("center", true)) r.layer.roles.emplace_back("beta");
  r.layer.roles.insert(r.layer.roles.end(), {"moving_mean", "moving_variance"});
  s.expect("mode", {0});  // Keras 1
  s.expect("virtual_batch_size", {nullptr});
  s.expect("adjustment", {nullptr});
  // Renormalisation corrects training; what it keeps beside mean and variance is not read at inference, but
  // is stored.
  s.expect("renorm", {false});
  s.ignore(
      {"momentum", "fused", "synchronized", "renorm_clipping", "renorm_momentum", "gamma_init", "beta_init"});
  ignore_training(r, {"beta", "gamma", "moving_mean", "moving_variance"});
}

void relu(Reading& r) {
  KerasSettings& s = r.settings;
  Operation& op = append(r, OperationKind::activation);
  s.expect("negative_slope", {0, nullptr, json::array({0.0})});
  s.expect("threshold", {0, nullptr, json::array({0.0})});
  s.expect("max_value", {6, nullptr, json::array({6.0})});
  op.function = s.take("max_value").is_null() ? ActivationFunction::relu : ActivationFunction::relu6;
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

void dense(Reading& r) {
  Operation& op = append(r, OperationKind::dense);
  op.channels = positive(r, "units");
  bias_role(r, op);
  r.settings.expect("lora_rank", {nullptr});
  r.settings.expect("lora_alpha", {nullptr});
  r.settings.expect("quantization_config", {nullptr});
  ignore_training(r, {"kernel", "bias"});
  append_activation(r, "activation", false);
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
                       const ReadOptions& options, Graph& graph, KerasLayer& layer) {
  for (const KerasClass& row : classes) {
    if (kind != row.name) continue;
    Reading reading{settings, inputs, options, graph, layer};
    common(reading);
    const size_t before = graph.operations.size();
    row.append(reading);
    settings.finish();
    if (inputs.size() != 1 && row.append != add)
      throw WeightsError(fmt::format("{}: reads {} tensors, expected one", settings.what(), inputs.size()));
    return graph.operations.size() == before ? inputs.front() : last(reading);
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
