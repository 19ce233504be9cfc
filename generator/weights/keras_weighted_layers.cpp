// Keras's layers with weights.
#include "weights/keras_parts.h"
#include "weights/keras_reading.h"

namespace mobilith::keras {

using nlohmann::json;

namespace {

void window(Reading& r, Operation& op) {
  const KerasWindow w = take_window(r.settings);
  op.kernel_height = w.height, op.kernel_width = w.width;
  op.stride_height = w.stride_height, op.stride_width = w.stride_width;
  op.dilation_height = w.dilation_height, op.dilation_width = w.dilation_width;
  op.same = w.same;
  r.settings.expect("groups", {1});
  channels_last(r);
}

}  // namespace

void convolution(Reading& r) {
  Operation& op = append(r, OperationKind::convolution);
  window(r, op);
  op.channels = take_positive(r.settings, "filters");
  op.bias = take_bias(r.settings, r.layer);
  ignore_training(r.settings, {"kernel", "bias"});
  append_activation(r, "activation", false);
}

void depthwise(Reading& r) {
  Operation& op = append(r, OperationKind::depthwise);
  window(r, op);
  op.depth_multiplier = r.settings.whole("depth_multiplier", 1);
  if (op.depth_multiplier < 1 || op.depth_multiplier > 64)
    r.settings.refuse("depth_multiplier", "a number from 1 to 64");
  r.settings.expect("filters", {nullptr});  // some versions of Keras 2 write what the base class would
  op.bias = take_bias(r.settings, r.layer);
  ignore_training(r.settings, {"kernel", "depthwise", "bias"});
  append_activation(r, "activation", false);
}

void batch_norm(Reading& r) {
  append(r, OperationKind::batch_norm);
  r.settings.expect("axis", {-1, 3, json::array({3}), json::array({-1})});
  take_batch_norm(r.settings, r.layer);
}

void dense(Reading& r) {
  Operation& op = append(r, OperationKind::dense);
  op.channels = take_positive(r.settings, "units");
  op.bias = take_bias(r.settings, r.layer);
  expect_unchanged(r.settings);
  ignore_training(r.settings, {"kernel", "bias"});
  append_activation(r, "activation", false);
}

}  // namespace mobilith::keras
