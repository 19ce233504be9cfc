#include "weights/keras_layers.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

#include "models/model_error.h"
#include "weights/keras_parts.h"
#include "weights/keras_reading.h"

namespace mobilith {

namespace {

using nlohmann::json;
using namespace keras;

void relu(Reading& r) {
  Operation& op = append(r, OperationKind::activation);
  const double most = take_maximum(r.settings);
  op.function = std::isinf(most) ? ActivationFunction::relu
                : most == 6      ? ActivationFunction::relu6
                                 : ActivationFunction::clamp(0, static_cast<float>(most));
}

void activation(Reading& r) { append_activation(r, "activation", true); }

void softmax(Reading& r) {
  // The tensor has one axis behind the batch, or the values lie in its last one.
  r.settings.expect("axis", {-1});
  append(r, OperationKind::softmax);
}

void zero_padding(Reading& r) {
  append(r, OperationKind::pad).pads = take_zeros(r.settings);
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
  const KerasWindow w = take_pool_window(r.settings);
  op.kernel_height = w.height, op.kernel_width = w.width;
  op.stride_height = w.stride_height, op.stride_width = w.stride_width;
  op.same = w.same;
  channels_last(r);
}

void reshape(Reading& r) { append(r, OperationKind::reshape).target = take_target(r.settings); }

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
