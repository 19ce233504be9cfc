#include "weights/keras_operations.h"

#include <fmt/format.h>

#include "graph/file_error.h"
#include "graph/value.h"
#include "models/model_error.h"
#include "weights/keras_parts.h"

namespace mobilith {

namespace {

using namespace keras;
using nlohmann::json;
using Kind = file::OperationKind;
using file::Extents;

int make_relu(Making& m) { return m.append(Kind::clamp, file::Clamp{0, take_maximum(m.settings)}, {m.x()}); }

int make_activation(Making& m) { return append_activation(m, m.x()); }

int make_softmax(Making& m) {
  return m.append(Kind::softmax, file::Softmax{.axis = take_axis(m, -1)}, {m.x()});
}

int make_zero_padding(Making& m) {
  expect_image(m);
  const Pads p = take_zeros(m.settings);
  const file::Pad settings{.pads = take_order(m) == file::ImageOrder::channels_last
                                       ? std::vector<int64_t>{0, p.top, p.left, 0, 0, p.bottom, p.right, 0}
                                       : std::vector<int64_t>{0, 0, p.top, p.left, 0, 0, p.bottom, p.right}};
  return m.append(Kind::pad, settings, {m.x()});
}

// One after the other; Keras would put axes into tensors that have fewer.
int fold(Making& m, Kind kind) {
  if (m.inputs.size() < 2)
    throw WeightsError(fmt::format("{}: reads one tensor, expected two or more", m.call.what));
  int y = m.x();
  for (size_t i = 1; i < m.inputs.size(); i++) {
    if (m.to.shape(m.inputs[i]).size() != m.shape().size())
      throw WeightsError(fmt::format("{}: reads tensors of {} and {}", m.call.what, file::text_of(m.shape()),
                                     file::text_of(m.to.shape(m.inputs[i]))));
    y = m.append(kind, file::Elementwise{}, {y, m.inputs[i]});
  }
  return y;
}

int make_add(Making& m) { return fold(m, Kind::add); }
int make_multiply(Making& m) { return fold(m, Kind::multiply); }
int make_maximum(Making& m) { return fold(m, Kind::maximum); }
int make_minimum(Making& m) { return fold(m, Kind::minimum); }
int make_average(Making& m) {
  const int total = fold(m, Kind::add), count = m.constant({}, {double(m.inputs.size())});
  return m.append(Kind::divide, file::Elementwise{}, {total, count});
}
int make_subtract(Making& m) {
  if (m.inputs.size() != 2)
    throw WeightsError(fmt::format("{}: reads {} tensors, expected two", m.call.what, m.inputs.size()));
  return fold(m, Kind::subtract);
}

int make_concatenate(Making& m) {
  if (m.inputs.size() > 64) throw WeightsError(fmt::format("{}: joins more than 64 tensors", m.call.what));
  return m.append(Kind::concatenate, file::Axis{.axis = take_axis(m, -1)}, m.inputs);
}

int make_global_pool(Making& m, file::Reduction what) {
  expect_image(m);
  const bool last = take_order(m) == file::ImageOrder::channels_last;
  const file::Reduce settings{.what = what,
                              .axes = last ? std::vector<int64_t>{1, 2} : std::vector<int64_t>{2, 3},
                              .keep_axes = m.settings.flag("keepdims", false)};
  return m.append(Kind::reduce, settings, {m.x()});
}
int make_global_average(Making& m) { return make_global_pool(m, file::Reduction::mean); }
int make_global_maximum(Making& m) { return make_global_pool(m, file::Reduction::maximum); }

int make_window_pool(Making& m, bool maximum) {
  expect_image(m);
  const KerasWindow w = take_pool_window(m.settings);
  const file::Pool settings{.window = {.order = take_order(m),
                                       .height = w.height,
                                       .width = w.width,
                                       .stride_height = w.stride_height,
                                       .stride_width = w.stride_width,
                                       .padding = w.same ? file::Padding::same : file::Padding::given},
                            .maximum = maximum};
  return m.append(Kind::pool, settings, {m.x()});
}
int make_average_pool(Making& m) { return make_window_pool(m, false); }
int make_maximum_pool(Making& m) { return make_window_pool(m, true); }

int make_reshape(Making& m) {
  Extents shape{1};
  for (int extent : take_target(m.settings)) shape.push_back(extent);
  return m.append(Kind::reshape, file::Reshape{.shape = shape}, {m.x()});
}

// Keras puts channels last before.
int make_flatten(Making& m) {
  int x = m.x();
  if (take_order(m) == file::ImageOrder::channels_first && m.shape().size() > 2) {
    std::vector<int64_t> axes{0};
    for (size_t i = 2; i < m.shape().size(); i++) axes.push_back(int64_t(i));
    axes.push_back(1);
    x = m.append(Kind::transpose, file::Transpose{.axes = axes}, {x});
  }
  return m.append(Kind::flatten, file::Axis{.axis = 1}, {x});
}

int make_permute(Making& m) {
  const json& given = m.settings.take("dims");
  std::vector<int64_t> axes{0};
  bool fits = given.is_array() && given.size() + 1 == m.shape().size();
  for (size_t i = 0; fits && i < given.size(); i++) {
    fits = given[i].is_number_integer() && given[i] >= json(1) && given[i] <= json(given.size());
    if (fits) axes.push_back(given[i].get<int64_t>());
  }
  if (!fits) m.settings.refuse("dims", "the axes behind the batch");
  return m.append(Kind::transpose, file::Transpose{.axes = axes}, {m.x()});
}

// Lists are of the last axis.
int make_rescaling(Making& m) {
  const auto constant = [&](const char* setting, double otherwise) {
    if (m.settings.take(setting).is_null()) return m.constant({}, {otherwise});
    const std::vector<double> numbers = take_numbers(m, setting);
    if (numbers.size() != 1 && int64_t(numbers.size()) != m.shape().back())
      m.settings.refuse(setting, fmt::format("1 or {} numbers", m.shape().back()));
    return m.constant(numbers.size() == 1 ? Extents{} : Extents{int64_t(numbers.size())}, numbers);
  };
  const int scaled = product(m, m.x(), constant("scale", 1));
  return sum(m, scaled, constant("offset", 0));
}

// The norm is at least 1e-12; in Keras 2 its square is.
int make_unit_normalization(Making& m) {
  const file::Normalise settings{.axis = take_axis(m, -1), .least = m.rules.keras3 ? 1e-12 : 1e-6};
  return m.append(Kind::l2_normalise, settings, {m.x()});
}

// Layers that pass on what they read when the model is not being trained, whatever their settings.
int make_nothing(Making& m) {
  m.settings.ignore_all();
  return m.x();
}

struct KerasClass {
  const char* name;
  int (*make)(Making&);
  bool reads_several = false;
};

// A class that is not here is refused.
constexpr KerasClass classes[] = {
    {"Conv2D", make_convolution},
    {"Convolution2D", make_convolution},
    {"DepthwiseConv2D", make_depthwise},
    {"SeparableConv2D", make_separable},
    {"SeparableConvolution2D", make_separable},
    {"Dense", make_dense},
    {"BatchNormalization", make_batch_norm},
    {"BatchNormalizationV1", make_batch_norm},  // of TensorFlow 1.13 to 2.1
    {"BatchNormalizationV2", make_batch_norm},
    {"SyncBatchNormalization", make_batch_norm},
    {"ReLU", make_relu},
    {"Activation", make_activation},
    {"Softmax", make_softmax},
    {"ZeroPadding2D", make_zero_padding},
    {"Add", make_add, true},
    {"Multiply", make_multiply, true},
    {"Average", make_average, true},
    {"Maximum", make_maximum, true},
    {"Minimum", make_minimum, true},
    {"Subtract", make_subtract, true},
    {"Concatenate", make_concatenate, true},
    {"GlobalAveragePooling2D", make_global_average},
    {"GlobalAvgPool2D", make_global_average},
    {"GlobalMaxPooling2D", make_global_maximum},
    {"GlobalMaxPool2D", make_global_maximum},
    {"AveragePooling2D", make_average_pool},
    {"AvgPool2D", make_average_pool},
    {"MaxPooling2D", make_maximum_pool},
    {"MaxPool2D", make_maximum_pool},
    {"Reshape", make_reshape},
    {"Flatten", make_flatten},
    {"Permute", make_permute},
    {"Rescaling", make_rescaling},
    {"Normalization", make_normalization},
    {"UnitNormalization", make_unit_normalization},
    {"Identity", make_nothing},
    {"Dropout", make_nothing},
    {"SpatialDropout2D", make_nothing},
    {"AlphaDropout", make_nothing},
    {"GaussianDropout", make_nothing},
    {"GaussianNoise", make_nothing},
    {"ActivityRegularization", make_nothing},
    {"RandomFlip", make_nothing},
    {"RandomRotation", make_nothing},
    {"RandomZoom", make_nothing},
    {"RandomContrast", make_nothing},
    {"RandomBrightness", make_nothing},
    {"RandomTranslation", make_nothing},
};

// Operations account for what they are called with themselves.
int make(Making& m) {
  if (is_keras_operation(*m.call.json)) return make_keras_operation(m);
  if (m.call.kind == "TFOpLambda") return make_tensorflow_function(m);
  if (m.call.kind == "TensorFlowOpLayer") return make_tensorflow_node(m);
  for (const KerasClass& row : classes) {
    if (m.call.kind != row.name) continue;
    expect_only_tensors(m.call.arguments, m.layer.own_name, m.call.kind.starts_with("Random"));
    if (m.inputs.size() != 1 && !row.reads_several)
      throw WeightsError(fmt::format("{}: reads {} tensors, expected one", m.call.what, m.inputs.size()));
    return row.make(m);
  }
  throw WeightsError(
      fmt::format("{}: no MobileNet has such a layer, and no operation stands for it", m.call.what));
}

// One image; channels first where the last axis is open and the second says a number of colours.
Extents image_shape(const KerasImage& image, std::optional<int> height, std::optional<int> width) {
  const int h = height.value_or(224), w = width.value_or(224);
  if (image.empty()) return {1, h, w, 3};
  if (!image[3] && image[1] && *image[1] <= 4) return {1, *image[1], image[2].value_or(h), w};
  return {1, image[1].value_or(h), image[2].value_or(w), image[3].value_or(3)};
}

}  // namespace

KerasOperations keras_operations(const KerasStructure& from, const KerasRules& rules,
                                 std::optional<int> height, std::optional<int> width) try {
  Builder to;
  std::vector<KerasLayer> layers = from.layers;
  to.graph.format = "Keras";
  to.graph.tensors.push_back({.name = from.calls[0].name,
                              .type = file::ElementType::f32,
                              .shape = image_shape(from.image, height, width)});
  to.graph.inputs = {0};
  std::vector<int> made{0};  // by value, the tensor
  for (size_t i = 1; i < from.calls.size(); i++) {
    const KerasCall& call = from.calls[i];
    KerasSettings settings(call.what, (*call.json)["config"]);
    settings.ignore({"name", "trainable", "batch_input_shape", "batch_shape", "input_shape"});
    require_f32(settings, rules);
    Making m{call, settings, rules, layers[size_t(call.layer)], {}, to};
    for (int value : call.inputs) m.inputs.push_back(made[size_t(value)]);
    const size_t before = to.graph.tensors.size();
    made.push_back(make(m));
    settings.finish();
    if (size_t(made.back()) >= before) to.graph.tensors[size_t(made.back())].name = call.name;
  }
  for (int value : from.outputs) to.graph.outputs.push_back(made[size_t(value)]);
  return {std::move(to.graph), std::move(to.variables), std::move(layers)};
} catch (const file::Error& error) {
  throw WeightsError(error.what());
}

}  // namespace mobilith
