// Options of TFLite's operators that compute something of numbers.
#include <fmt/format.h>

#include <limits>

#include "formats/tflite_operators.h"

namespace mobilith::file {

constexpr double infinity = std::numeric_limits<double>::infinity();

Clamp fused(const OperatorReading& reading, tflite::FusedActivation function) {
  using enum tflite::FusedActivation;
  switch (function) {
    case NONE:
      return {};
    case RELU:
      return {0, infinity};
    case RELU_N1_TO_1:
      return {-1, 1};
    case RELU6:
      return {0, 6};
    default:
      break;
  }
  const char* name = tflite::EnumNameFusedActivation(function);
  refuse(reading.to, fmt::format("activation {}; expected NONE, RELU, RELU6 or RELU_N1_TO_1",
                                 *name ? name : std::to_string(int(function))));
}

namespace {

template <class Options>
Window window(const OperatorReading& reading, const Options& options) {
  Window w;
  w.stride_height = options.stride_h();
  w.stride_width = options.stride_w();
  if (options.padding() == tflite::Padding::SAME)
    w.padding = Padding::same;
  else if (options.padding() != tflite::Padding::VALID)
    refuse(reading.to, fmt::format("padding {}", int(options.padding())));
  return w;
}

// What sums are kept in by the engine's quantised kernels; here they are real.
void check_bias_type(const OperatorReading& reading, tflite::TensorType type) {
  if (type != tflite::TensorType::FLOAT32 && type != tflite::TensorType::INT32 &&
      type != tflite::TensorType::INT64)
    refuse(reading.to, fmt::format("a quantised bias of type {}", tflite::EnumNameTensorType(type)));
}

}  // namespace

void operators::conv_2d(OperatorReading& reading) {
  const auto& options = reading.needed<tflite::Conv2DOptions>();
  check_bias_type(reading, options.quantized_bias_type());
  Convolution settings{window(reading, options), KernelOrder::ohwi, 0, fused(reading, options.fused())};
  settings.window.dilation_height = options.dilation_h();
  settings.window.dilation_width = options.dilation_w();
  reading.to.attributes = settings;
}

void operators::depthwise_conv_2d(OperatorReading& reading) {
  const auto& options = reading.needed<tflite::DepthwiseConv2DOptions>();
  Convolution settings{window(reading, options), KernelOrder::depthwise, 0, fused(reading, options.fused())};
  settings.window.dilation_height = options.dilation_h();
  settings.window.dilation_width = options.dilation_w();
  // depth_multiplier says again what image and kernel say; kernels don't look at it, and converters write 0.
  if (options.depth_multiplier() < 0) refuse(reading.to, "a negative depth multiplier");
  settings.said_multiplier = options.depth_multiplier();
  reading.to.attributes = settings;
}

namespace {

void pool_2d(OperatorReading& reading, bool maximum) {
  const auto& options = reading.needed<tflite::Pool2DOptions>();
  Pool settings{
      .window = window(reading, options), .maximum = maximum, .fused = fused(reading, options.fused())};
  settings.window.height = options.filter_height();
  settings.window.width = options.filter_width();
  reading.to.attributes = settings;
}

}  // namespace

void operators::average_pool_2d(OperatorReading& reading) { pool_2d(reading, false); }
void operators::max_pool_2d(OperatorReading& reading) { pool_2d(reading, true); }

void operators::fully_connected(OperatorReading& reading) {
  const auto& options = reading.needed<tflite::FullyConnectedOptions>();
  if (options.weights_format() != tflite::WeightsFormat::DEFAULT) refuse(reading.to, "shuffled weights");
  check_bias_type(reading, options.quantized_bias_type());
  // asymmetric_quantize_inputs: how an engine rounds inputs beside whole weights. The file's function is that
  // of the weights' values.
  reading.to.attributes = FullyConnected{options.keep_num_dims(), fused(reading, options.fused())};
}

void operators::sum(OperatorReading& reading) {
  const auto* options = reading.options<tflite::SumOptions>();
  // pot_scale_int16: which scales an engine's kernel for 16 bits is for; here sums are real.
  reading.to.attributes = Elementwise{options ? fused(reading, options->fused()) : Clamp{}};
}

void operators::product(OperatorReading& reading) {
  const auto* options = reading.options<tflite::FusedOptions>();
  reading.to.attributes = Elementwise{options ? fused(reading, options->fused()) : Clamp{}};
}

void operators::elementwise(OperatorReading& reading) {
  no_settings(reading);
  reading.to.attributes = Elementwise{};
}

void operators::relu(OperatorReading& reading) { reading.to.attributes = Clamp{0, infinity}; }
void operators::relu6(OperatorReading& reading) { reading.to.attributes = Clamp{0, 6}; }
void operators::relu_n1_to_1(OperatorReading& reading) { reading.to.attributes = Clamp{-1, 1}; }
void operators::relu_0_to_1(OperatorReading& reading) { reading.to.attributes = Clamp{0, 1}; }

void operators::no_settings(OperatorReading& reading) { reading.options<tflite::AnyOptions>(); }

void operators::log_softmax(OperatorReading& reading) { reading.to.attributes = Softmax{}; }

void operators::softmax(OperatorReading& reading) {
  reading.to.attributes = Softmax{.beta = reading.needed<tflite::SoftmaxOptions>().beta()};
}

void operators::l2_normalization(OperatorReading& reading) {
  const auto* options = reading.options<tflite::FusedOptions>();
  if (options && options->fused() != tflite::FusedActivation::NONE)
    refuse(reading.to, "an activation, which engines don't look at");
  reading.to.attributes = Normalise{.axis = -1, .least = 1e-6};
}

namespace {

void reduce(OperatorReading& reading, Reduction what) {
  const auto* options = reading.options<tflite::ReducerOptions>();
  reading.to.attributes =
      Reduce{.what = what, .keep_axes = options && options->keep_dims(), .none_if_empty = true};
}

}  // namespace

void operators::mean(OperatorReading& reading) { reduce(reading, Reduction::mean); }
void operators::reduce_max(OperatorReading& reading) { reduce(reading, Reduction::maximum); }

}  // namespace mobilith::file
