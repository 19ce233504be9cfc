#include "weights/keras_parts.h"

#include <fmt/format.h>

#include <limits>
#include <tuple>

#include "models/model_error.h"

namespace mobilith::keras {

using nlohmann::json;

namespace {

bool take_same(KerasSettings& s) {
  const std::string name = s.text("padding", "valid");
  if (name != "same" && name != "valid") s.refuse("padding", "\"same\" or \"valid\"");
  return name == "same";
}

}  // namespace

KerasWindow take_window(KerasSettings& s) {
  KerasWindow w;
  std::tie(w.height, w.width) = s.pair("kernel_size", 1);
  std::tie(w.stride_height, w.stride_width) = s.pair("strides", 1);
  std::tie(w.dilation_height, w.dilation_width) = s.pair("dilation_rate", 1);
  for (const auto& [setting, down, across] : {std::tuple{"kernel_size", w.height, w.width},
                                              {"strides", w.stride_height, w.stride_width},
                                              {"dilation_rate", w.dilation_height, w.dilation_width}})
    for (int value : {down, across})
      if (value < 1 || value > 1024) s.refuse(setting, "numbers from 1 to 1024");
  w.same = take_same(s);
  expect_unchanged(s);
  return w;
}

KerasWindow take_pool_window(KerasSettings& s) {
  KerasWindow w;
  std::tie(w.height, w.width) = s.pair("pool_size", 2);
  const bool own_strides = !s.take("strides").is_null();
  std::tie(w.stride_height, w.stride_width) =
      own_strides ? s.pair("strides", 1) : std::pair{w.height, w.width};
  if (w.height < 1 || w.width < 1) s.refuse("pool_size", "numbers above 0");
  if (w.stride_height < 1 || w.stride_width < 1) s.refuse("strides", "numbers above 0");
  w.same = take_same(s);
  return w;
}

Pads take_zeros(KerasSettings& s) {
  const json& padding = s.take("padding");
  const auto side = [&](const json& value) {
    if (!value.is_number_integer() || value < json(0) || value > json(1024))
      s.refuse("padding", "zeros on each side, from 0 to 1024");
    return value.get<int>();
  };
  const auto both = [&](const json& value) -> std::pair<int, int> {
    if (!value.is_array()) return {side(value), side(value)};
    if (value.size() != 2) s.refuse("padding", "((top, bottom), (left, right))");
    return {side(value[0]), side(value[1])};
  };
  Pads pads;
  if (padding.is_null() || !padding.is_array()) {
    const int all = padding.is_null() ? 1 : side(padding);
    pads = {all, all, all, all};
  } else {
    if (padding.size() != 2) s.refuse("padding", "((top, bottom), (left, right))");
    std::tie(pads.top, pads.bottom) = both(padding[0]);
    std::tie(pads.left, pads.right) = both(padding[1]);
  }
  return pads;
}

double take_maximum(KerasSettings& s) {
  s.expect("negative_slope", {0, nullptr, json::array({0.0})});
  s.expect("threshold", {0, nullptr, json::array({0.0})});
  json most = s.take("max_value");
  if (most.is_array() && most.size() == 1) most = most[0];
  if (most.is_null()) return std::numeric_limits<double>::infinity();
  if (!most.is_number() || most < json(1e-30) || most > json(1e30))
    s.refuse("max_value", "a number above 0, from 1e-30 to 1e30, or none");
  return most.get<double>();
}

std::vector<int> take_target(KerasSettings& s) {
  const json& target = s.take("target_shape");
  if (!target.is_array() || target.empty() || target.size() > 7) s.refuse("target_shape", "a list of sizes");
  std::vector<int> extents;
  for (const json& extent : target) {
    if (!extent.is_number_integer() || extent < json(-1) || extent > json(1 << 24))
      s.refuse("target_shape", "a list of sizes");
    extents.push_back(extent.get<int>());
  }
  return extents;
}

int take_positive(KerasSettings& s, const char* name) {
  const int value = s.whole(name, 0);
  if (value < 1) s.refuse(name, "a whole number above 0");
  return value;
}

bool take_bias(KerasSettings& s, KerasLayer& layer) {
  const bool bias = s.flag("use_bias", true);
  layer.roles = {"kernel"};
  if (bias) layer.roles.emplace_back("bias");
  return bias;
}

void take_batch_norm(KerasSettings& s, KerasLayer& layer) {
  layer.epsilon = s.number("epsilon", 1e-3);
  layer.roles.clear();
  if (s.flag("scale", true)) layer.roles.emplace_back("gamma");
  if (s.flag("center", true)) layer.roles.emplace_back("beta");
  layer.roles.insert(layer.roles.end(), {"moving_mean", "moving_variance"});
  s.expect("mode", {0});  // Keras 1
  s.expect("virtual_batch_size", {nullptr});
  s.expect("adjustment", {nullptr});
  // Renormalisation corrects training; what it keeps beside mean and variance is not read at inference, but
  // is stored.
  s.expect("renorm", {false});
  s.ignore(
      {"momentum", "fused", "synchronized", "renorm_clipping", "renorm_momentum", "gamma_init", "beta_init"});
  ignore_training(s, {"beta", "gamma", "moving_mean", "moving_variance"});
}

void expect_unchanged(KerasSettings& s) {
  s.expect("lora_rank", {nullptr});
  s.expect("lora_alpha", {nullptr});
  s.expect("quantization_config", {nullptr});
}

void ignore_training(KerasSettings& s, std::initializer_list<const char*> tensors) {
  for (const char* tensor : tensors)
    for (const char* what : {"_initializer", "_regularizer", "_constraint"})
      s.ignore({(std::string(tensor) + what).c_str()});
  s.ignore({"activity_regularizer"});
}

}  // namespace mobilith::keras
