#include "reference/reference.h"

#include <algorithm>
#include <cmath>

#include "reference/convolve.h"

namespace mobilith::reference {

namespace {

Activation pool(const Activation& in) {
  const int channels = in.shape.channels, pixels = in.shape.height * in.shape.width;
  Activation out{{1, 1, channels}, std::vector<double>(channels)};
  for (size_t i = 0; i < in.values.size(); i++)
    out.values[i % static_cast<size_t>(channels)] += in.values[i] / pixels;
  return out;
}

Activation max_pool(const Activation& in) {
  const auto channels = static_cast<size_t>(in.shape.channels);
  Activation out{{1, 1, in.shape.channels}, {in.values.begin(), in.values.begin() + in.shape.channels}};
  for (size_t i = 0; i < in.values.size(); i++) {
    double& most = out.values[i % channels];
    if (!(in.values[i] <= most)) most = std::isnan(most) ? most : in.values[i];
  }
  return out;
}

Activation mean_max_pool(const Activation& in) {
  Activation out = pool(in);
  const Activation most = max_pool(in);
  out.shape.width = 2;
  out.values.insert(out.values.end(), most.values.begin(), most.values.end());
  return out;
}

// Of the pixels of each window that lie in the image.
Activation window_pool(const Layer& layer, const Activation& in) {
  const LayerWindow& w = layer.window;
  const int channels = in.shape.channels;
  Activation out{layer.out, {}};
  for (int y = 0; y < out.shape.height; y++)
    for (int x = 0; x < out.shape.width; x++) {
      Activation inside{{0, 1, channels}, {}};
      for (int tap = 0; tap < w.taps(); tap++) {
        const int from_y = y * w.stride + tap / w.width - w.pads.top;
        const int from_x = x * w.stride_x() + tap % w.width - w.pads.left;
        if (from_y < 0 || from_x < 0 || from_y >= in.shape.height || from_x >= in.shape.width) continue;
        const auto pixel = in.values.begin() + (std::ptrdiff_t{from_y} * in.shape.width + from_x) * channels;
        inside.values.insert(inside.values.end(), pixel, pixel + channels);
        inside.shape.height++;
      }
      const Activation value = layer.kind == LayerKind::window_max_pool ? max_pool(inside) : pool(inside);
      out.values.insert(out.values.end(), value.values.begin(), value.values.end());
    }
  return out;
}

Activation multiply(const Activation& image, const Activation& factors) {
  Activation out = image;
  for (size_t i = 0; i < out.values.size(); i++) out.values[i] *= factors.values[i % factors.values.size()];
  return out;
}

Activation l2_normalise(const Layer& layer, const Activation& in) {
  Activation out = in;
  double squares = 0;
  for (const double value : in.values) squares += value * value;
  for (double& value : out.values) value /= std::max(std::sqrt(squares), layer.least_norm);
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

Activation log_softmax(const Activation& in) {
  Activation out = in;
  const double largest = *std::max_element(in.values.begin(), in.values.end());
  double total = 0;
  for (const double value : in.values) total += std::exp(value - largest);
  for (double& value : out.values) value = value - largest - std::log(total);
  return out;
}

Activation sigmoid(const Activation& in) {
  Activation out = in;
  for (double& value : out.values) value = 1 / (1 + std::exp(-value));
  return out;
}

double largest(const Activation& a) {
  double most = 0;
  for (const double value : a.values) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace

Activation run_block(const PreparedBlock& prepared, std::span<const Activation* const> inputs, bool logits,
                     double* magnitude) {
  Activation now = *inputs.front();
  for (size_t i = 0; i < prepared.layers.size(); i++) {
    const Layer& layer = prepared.block.layers[i];
    const LayerValues& values = prepared.layers[i];
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
      case LayerKind::dense:
        if (magnitude) *magnitude = largest_sum(layer, values, now);
        now = convolve(layer, values, now);
        break;
      case LayerKind::pool:
        now = pool(now);
        break;
      case LayerKind::max_pool:
        now = max_pool(now);
        break;
      case LayerKind::mean_max_pool:
        now = mean_max_pool(now);
        break;
      case LayerKind::window_max_pool:
      case LayerKind::window_mean_pool:
        now = window_pool(layer, now);
        break;
      case LayerKind::add:
        if (magnitude) *magnitude += largest(*inputs.back());
        for (size_t j = 0; j < now.values.size(); j++) now.values[j] += inputs.back()->values.at(j);
        break;
      case LayerKind::multiply:
        now = multiply(now, *inputs[1]);
        break;
      case LayerKind::softmax:
        if (!logits) now = softmax(now);
        break;
      case LayerKind::log_softmax:
        if (!logits) now = log_softmax(now);
        break;
      case LayerKind::sigmoid:
        if (!logits) now = sigmoid(now);
        break;
      case LayerKind::l2_normalise:
        now = l2_normalise(layer, now);
        break;
    }
  }
  return now;
}

Activation run_block(const PreparedBlock& block, const Activation& input, bool logits, double* magnitude) {
  const Activation* const inputs[] = {&input};
  return run_block(block, inputs, logits, magnitude);
}

Activation run_network(const Network& network, const Weights& weights, const Activation& input, bool logits,
                       const std::function<void(const Block&, const Activation&)>& see) {
  std::vector<Activation> outputs;
  for (size_t i = 0; i < network.blocks.size(); i++) {
    std::vector<const Activation*> inputs;
    for (const int from : network.inputs_of(i))
      inputs.push_back(from < 0 ? &input : &outputs[static_cast<size_t>(from)]);
    outputs.push_back(run_block(prepare(network.blocks[i], weights), inputs, logits));
    if (see) see(network.blocks[i], outputs.back());
  }
  return std::move(outputs.back());
}

}  // namespace mobilith::reference
