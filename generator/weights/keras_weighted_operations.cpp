// Keras's layers with weights, as operations.
#include <fmt/format.h>

#include <cmath>

#include "graph/value.h"
#include "models/model_error.h"
#include "weights/keras_builder.h"
#include "weights/keras_parts.h"

namespace mobilith::keras {

using nlohmann::json;
using Kind = file::OperationKind;
using file::Extents;

namespace {

struct Image {
  file::ImageOrder order;
  int64_t channels;
};

Image take_image(Making& m) {
  expect_image(m);
  const auto order = take_order(m);
  return {order, m.shape()[order == file::ImageOrder::channels_last ? 3 : 1]};
}

file::Window window_of(const KerasWindow& w, file::ImageOrder order) {
  return {.order = order,
          .height = w.height,
          .width = w.width,
          .stride_height = w.stride_height,
          .stride_width = w.stride_width,
          .dilation_height = w.dilation_height,
          .dilation_width = w.dilation_width,
          .padding = w.same ? file::Padding::same : file::Padding::given};
}

int take_multiplier(Making& m) {
  const int multiplier = m.settings.whole("depth_multiplier", 1);
  if (multiplier < 1 || multiplier > 64) m.settings.refuse("depth_multiplier", "a number from 1 to 64");
  return multiplier;
}

}  // namespace

int make_convolution(Making& m) {
  const auto [order, channels] = take_image(m);
  const KerasWindow w = take_window(m.settings);
  const int filters = take_positive(m.settings, "filters"), groups = m.settings.whole("groups", 1);
  if (groups < 1 || channels % groups || filters % groups)
    m.settings.refuse("groups", fmt::format("a divisor of {} channels and of {} filters", channels, filters));
  const bool bias = take_bias(m.settings, m.layer);
  ignore_training(m.settings, {"kernel", "bias"});
  std::vector<int> inputs{m.x(), m.variable("kernel", {w.height, w.width, channels / groups, filters})};
  if (bias) inputs.push_back(m.variable("bias", {filters}));
  const file::Convolution settings{
      .window = window_of(w, order), .kernel = file::KernelOrder::hwio, .groups = groups};
  return append_activation(m, m.append(Kind::convolution, settings, inputs));
}

int make_depthwise(Making& m) {
  const auto [order, channels] = take_image(m);
  const KerasWindow w = take_window(m.settings);
  const int64_t multiplier = take_multiplier(m);
  m.settings.expect("groups", {1});
  m.settings.expect("filters", {nullptr});  // some versions of Keras 2 write what the base class would
  const bool bias = take_bias(m.settings, m.layer);
  ignore_training(m.settings, {"kernel", "depthwise", "bias"});
  std::vector<int> inputs{m.x(), m.variable("kernel", {w.height, w.width, channels, multiplier})};
  if (bias) inputs.push_back(m.variable("bias", {channels * multiplier}));
  const file::Convolution settings{
      .window = window_of(w, order), .kernel = file::KernelOrder::hwcm, .groups = channels};
  return append_activation(m, m.append(Kind::convolution, settings, inputs));
}

int make_separable(Making& m) {
  const auto [order, channels] = take_image(m);
  const KerasWindow w = take_window(m.settings);
  const int64_t filters = take_positive(m.settings, "filters"), multiplier = take_multiplier(m);
  m.settings.expect("groups", {1});
  const bool bias = take_bias(m.settings, m.layer);
  m.layer.roles.insert(m.layer.roles.begin() + 1, "pointwise_kernel");
  ignore_training(m.settings, {"kernel", "depthwise", "pointwise", "bias"});
  const file::Convolution depthwise{
      .window = window_of(w, order), .kernel = file::KernelOrder::hwcm, .groups = channels};
  const int between = m.append(Kind::convolution, depthwise,
                               {m.x(), m.variable("kernel", {w.height, w.width, channels, multiplier})});
  std::vector<int> inputs{between, m.variable("pointwise_kernel", {1, 1, channels * multiplier, filters})};
  if (bias) inputs.push_back(m.variable("bias", {filters}));
  const file::Convolution pointwise{
      .window = {.order = order}, .kernel = file::KernelOrder::hwio, .groups = 1};
  return append_activation(m, m.append(Kind::convolution, pointwise, inputs));
}

int make_dense(Making& m) {
  const int units = take_positive(m.settings, "units");
  const bool bias = take_bias(m.settings, m.layer);
  expect_unchanged(m.settings);
  ignore_training(m.settings, {"kernel", "bias"});
  if (m.shape().size() < 2)
    throw WeightsError(fmt::format("{}: reads a tensor of shape {}", m.call.what, file::text_of(m.shape())));
  int y = m.append(Kind::matmul, {}, {m.x(), m.variable("kernel", {m.shape().back(), units})});
  if (bias) y = sum(m, y, m.variable("bias", {units}));
  return append_activation(m, y);
}

int make_batch_norm(Making& m) {
  const int64_t axis = take_axis(m, -1);
  take_batch_norm(m.settings, m.layer);
  const Extents channels{m.shape()[size_t(axis)]};
  const auto or_all = [&](const char* role, double otherwise) {
    const auto& roles = m.layer.roles;
    if (std::find(roles.begin(), roles.end(), role) != roles.end()) return m.variable(role, channels);
    if (channels[0] > int64_t(most_constants))
      throw WeightsError(fmt::format("{}: {} channels", m.call.what, channels[0]));
    return m.constant(channels, std::vector<double>(size_t(channels[0]), otherwise));
  };
  const int gamma = or_all("gamma", 1), beta = or_all("beta", 0);
  return m.append(
      Kind::batch_norm, file::BatchNorm{.epsilon = m.layer.epsilon, .axis = axis},
      {m.x(), gamma, beta, m.variable("moving_mean", channels), m.variable("moving_variance", channels)});
}

namespace {

constexpr double least_deviation = 1e-7;  // Keras's epsilon of all its functions

// (x - mean) / max(sqrt(variance), 1e-7), of numbers in the settings, for each index along the axis or for
// all.
int normalise_by_settings(Making& m, const Extents& extents) {
  std::vector<double> mean = take_numbers(m, "mean"), variance = take_numbers(m, "variance");
  const auto count = size_t(file::elements(extents, m.call.what));
  const auto constant = [&](const char* setting, const std::vector<double>& numbers) {
    if (numbers.size() != 1 && numbers.size() != count)
      m.settings.refuse(setting, fmt::format("1 or {} numbers", count));
    return m.constant(numbers.size() == 1 ? Extents{} : extents, numbers);
  };
  for (double& number : variance) {
    if (number < 0) m.settings.refuse("variance", "numbers from 0");
    number = 1 / std::max(std::sqrt(double(float(number))), least_deviation);
  }
  for (double& number : mean) number = -number;
  const int moved = sum(m, m.x(), constant("mean", mean));
  return product(m, moved, constant("variance", variance));
}

}  // namespace

int make_normalization(Making& m) {
  const int64_t axis = take_axis(m, -1);
  m.settings.expect("invert", {false});
  Extents extents(m.shape().size(), 1);
  extents[size_t(axis)] = m.shape()[size_t(axis)];
  if (!m.settings.take("mean").is_null() || !m.settings.take("variance").is_null())
    return normalise_by_settings(m, extents);
  m.layer.roles = {"mean", "variance", "count"};
  const auto variable = [&](const char* role) {
    return m.append(Kind::reshape, file::Reshape{.shape = extents},
                    {m.variable(role, {extents[size_t(axis)]})});
  };
  const int mean = variable("mean"), variance = variable("variance");
  const int factor = m.append(Kind::clamp, file::Clamp{.high = 1 / least_deviation},
                              {m.append(Kind::reciprocal_root, {}, {variance})});
  return product(m, m.append(Kind::subtract, file::Elementwise{}, {m.x(), mean}), factor);
}

}  // namespace mobilith::keras
