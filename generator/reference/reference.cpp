#include "reference/reference.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mobilith::reference {

namespace {

// Zero rows before an axis, by Keras's rules, from the network's name and the layer's kind (not from
// Layer::pad_top):
//   stems           Conv2D(padding="same", strides=2): all padding is split, the larger half after
//   V1's depthwise  stride 1 "same"; stride 2 ZeroPadding2D(((0, 1), (0, 1))), then "valid"
//   V2's depthwise  stride 1 "same"; stride 2 ZeroPadding2D(imagenet_utils.correct_pad): (0, 1) if even, (1,
//   1) if odd
int rows_before(const Layer& layer, const std::string& net, int size) {
  if (layer.stride == 1) return 1;
  if (net == "mobilenet_v1" && layer.kind == LayerKind::depthwise) return 0;
  return size % 2;
}

int rows_out(const Layer& layer, const std::string& net, int size) {
  if (layer.stride == 1) return size;
  if (net == "mobilenet_v1" && layer.kind == LayerKind::depthwise) return (size + 1 - 3) / 2 + 1;
  return (size + 1) / 2;
}

void batch_norm(const Layer& layer, const Weights& weights, Activation& a) {
  const int channels = a.shape.channels;
  auto role = [&](const char* name) { return weights.tensor(layer.batch_norm, name, {channels}).values; };
  const auto gamma = role("gamma"), beta = role("beta"), mean = role("moving_mean"),
             variance = role("moving_variance");
  const double epsilon = weights.epsilon(layer.batch_norm);
  for (size_t i = 0; i < a.values.size(); i++) {
    const size_t c = i % static_cast<size_t>(channels);
    a.values[i] = gamma[c] * (a.values[i] - mean[c]) / std::sqrt(variance[c] + epsilon) + beta[c];
  }
}

Activation zeros(const Shape& shape) {
  return {shape, std::vector<double>(size_t(shape.height) * shape.width * shape.channels)};
}

// A convolution over a window (3x3 or 1x1) with all or one input channel per output.
Activation convolve(const Layer& layer, const std::string& net, const Weights& weights,
                    const Activation& in) {
  const bool depthwise = layer.kind == LayerKind::depthwise;
  const int taps = layer.kernel, inputs = in.shape.channels, multiplier = layer.depth_multiplier;
  const int outputs = depthwise ? inputs * multiplier : layer.out.channels;
  const std::vector<int> kernel_shape{taps, taps, inputs, depthwise ? multiplier : outputs};
  const std::vector<float> kernel = weights.tensor(layer.name, "kernel", kernel_shape).values;
  const bool window = taps == 3;
  const int top = window ? rows_before(layer, net, in.shape.height) : 0,
            left = window ? rows_before(layer, net, in.shape.width) : 0;
  Activation out = zeros({window ? rows_out(layer, net, in.shape.height) : in.shape.height,
                          window ? rows_out(layer, net, in.shape.width) : in.shape.width, outputs});
  for (int y = 0; y < out.shape.height; y++)
    for (int x = 0; x < out.shape.width; x++) {
      double* to = &out.values[(size_t(y) * out.shape.width + x) * outputs];
      for (int i = 0; i < taps * taps; i++) {
        const int from_y = y * layer.stride + i / taps - top, from_x = x * layer.stride + i % taps - left;
        if (from_y < 0 || from_x < 0 || from_y >= in.shape.height || from_x >= in.shape.width) continue;
        const double* from = &in.values[(size_t(from_y) * in.shape.width + from_x) * inputs];
        const float* tap = &kernel[size_t(i) * inputs * kernel_shape[3]];
        for (int k = 0; k < inputs; k++)
          for (int j = 0; j < kernel_shape[3]; j++)
            to[depthwise ? k * multiplier + j : j] += from[k] * tap[size_t(k) * kernel_shape[3] + j];
      }
    }
  if (!layer.batch_norm.empty()) batch_norm(layer, weights, out);
  if (layer.activation != ActivationFunction::none) {
    const double most = layer.activation == ActivationFunction::relu6 ? 6.0 : INFINITY;
    for (double& value : out.values) value = std::clamp(value, 0.0, most);
  }
  return out;
}

Activation pool(const Activation& in) {
  const int channels = in.shape.channels, pixels = in.shape.height * in.shape.width;
  Activation out = zeros({1, 1, channels});
  for (size_t i = 0; i < in.values.size(); i++)
    out.values[i % static_cast<size_t>(channels)] += in.values[i] / pixels;
  return out;
}

Activation dense(const Layer& layer, const Weights& weights, const Activation& in) {
  const int inputs = in.shape.channels, outputs = layer.out.channels;
  const std::vector<float> kernel = weights.tensor(layer.name, "kernel", layer.kernel_shape()).values;
  const std::vector<float> bias = weights.tensor(layer.name, "bias", {outputs}).values;
  Activation out = zeros({1, 1, outputs});
  for (int o = 0; o < outputs; o++) {
    out.values[o] = bias[o];
    for (int k = 0; k < inputs; k++) out.values[o] += in.values[k] * kernel[size_t(k) * outputs + o];
  }
  return out;
}

Activation softmax(const Activation& in) {
  Activation out = in;
  const double largest = *std::max_element(in.values.begin(), in.values.end());
  double total = 0;
  for (double& value : out.values) total += value = std::exp(value - largest);
  for (double& value : out.values) value /= total;
  return out;
}

}  // namespace

Activation run_block(const Block& block, const std::string& net, const Weights& weights,
                     const Activation& input, bool logits) {
  Activation now = input;
  for (const Layer& layer : block.layers) {
    if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise) {
      now = convolve(layer, net, weights, now);
    } else if (layer.kind == LayerKind::pool) {
      now = pool(now);
    } else if (layer.kind == LayerKind::dense) {
      now = dense(layer, weights, now);
    } else if (layer.kind == LayerKind::softmax) {
      if (!logits) now = softmax(now);
    } else if (layer.kind == LayerKind::sigmoid) {
      if (!logits)
        for (double& value : now.values) value = 1 / (1 + std::exp(-value));
    } else if (layer.kind == LayerKind::add) {
      for (size_t i = 0; i < now.values.size(); i++) now.values[i] += input.values.at(i);
    } else {
      throw std::logic_error("the reference does not know this layer");
    }
  }
  return now;
}

Activation run_network(const Network& network, const Weights& weights, const Activation& input, bool logits,
                       const std::function<void(const Block&, const Activation&)>& see) {
  Activation now = input;
  for (const Block& block : network.blocks) {
    now = run_block(block, network.configuration.net, weights, now, logits);
    if (see) see(block, now);
  }
  return now;
}

}  // namespace mobilith::reference
