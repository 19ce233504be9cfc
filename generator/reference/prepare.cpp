#include <cmath>

#include "reference/reference.h"

namespace mobilith::reference {

namespace {

// gamma * (value + bias - mean) / sqrt(variance + epsilon) + beta  ==  value * scale + shift
LayerValues read(const Layer& layer, const Weights& weights) {
  LayerValues values;
  const std::vector<int> shape = layer.kernel_shape();
  if (shape.empty()) return values;
  const int channels = layer.out.channels;
  values.kernel = weights.tensor(layer.name, layer.kernel_role(), shape).values;
  values.scale.assign(channels, 1.0);
  values.shift.assign(channels, 0.0);
  if (layer.bias) {
    const std::vector<float> bias = weights.tensor(layer.name, "bias", {channels}).values;
    values.shift.assign(bias.begin(), bias.end());
  }
  if (layer.batch_norm.empty()) return values;
  auto role = [&](const char* name) { return weights.tensor(layer.batch_norm, name, {channels}).values; };
  const auto gamma = role("gamma"), beta = role("beta"), mean = role("moving_mean"),
             variance = role("moving_variance");
  const double epsilon = weights.epsilon(layer.batch_norm);
  for (int c = 0; c < channels; c++) {
    values.scale[c] = gamma[c] / std::sqrt(variance[c] + epsilon);
    values.shift[c] = beta[c] + values.scale[c] * (values.shift[c] - mean[c]);
  }
  return values;
}

}  // namespace

PreparedBlock prepare(const Block& block, const Weights& weights) {
  PreparedBlock prepared{block, {}};
  for (const Layer& layer : block.layers) prepared.layers.push_back(read(layer, weights));
  return prepared;
}

}  // namespace mobilith::reference
