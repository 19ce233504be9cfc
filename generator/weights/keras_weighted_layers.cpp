// Keras's layers with weights.
#include <tuple>

#include "weights/keras_reading.h"

namespace mobilith::keras {

using nlohmann::json;

namespace {

void window(Reading& r, Operation& op) {
  KerasSettings& s = r.settings;
  std::tie(op.kernel_height, op.kernel_width) = s.pair("kernel_size", 1);
  std::tie(op.stride_height, op.stride_width) = s.pair("strides", 1);
  std::tie(op.dilation_height, op.dilation_width) = s.pair("dilation_rate", 1);
  for (const auto& [setting, down, across] : {std::tuple{"kernel_size", op.kernel_height, op.kernel_width},
                                              {"strides", op.stride_height, op.stride_width},
                                              {"dilation_rate", op.dilation_height, op.dilation_width}})
    for (int value : {down, across})
      if (value < 1 || value > 1024) s.refuse(setting, "numbers from 1 to 1024");
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

}  // namespace

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

}  // namespace mobilith::keras
