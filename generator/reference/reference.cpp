#include "reference/reference.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

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

Activation softmax(const Activation& in) {
  Activation out = in;
  const double largest = *std::max_element(in.values.begin(), in.values.end());
  double total = 0;
  for (double& value : out.values) total += value = std::exp(value - largest);
  for (double& value : out.values) value /= total;
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

Activation run_block(const PreparedBlock& prepared, const Activation& input, bool logits, double* magnitude) {
  Activation now = input;
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
      case LayerKind::add:
        if (magnitude) *magnitude += largest(input);
        for (size_t j = 0; j < now.values.size(); j++) now.values[j] += input.values.at(j);
        break;
      case LayerKind::softmax:
        if (!logits) now = softmax(now);
        break;
      case LayerKind::sigmoid:
        if (!logits) now = sigmoid(now);
        break;
      default:
        throw std::logic_error("the reference does not know this layer");
    }
  }
  return now;
}

Activation run_network(const Network& network, const Weights& weights, const Activation& input, bool logits,
                       const std::function<void(const Block&, const Activation&)>& see) {
  Activation now = input;
  for (const Block& block : network.blocks) {
    now = run_block(prepare(block, weights), now, logits);
    if (see) see(block, now);
  }
  return now;
}

}  // namespace mobilith::reference
