#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "weights/weights.h"

namespace mobilith {

namespace {

// How the values of a kernel map to output channels: value i of (..., in, out) belongs to channel i % out;
// a depthwise kernel (kh, kw, in, multiplier) has output channel in * multiplier + j, which is
// i % (in * multiplier) as well.
void scale_channels(std::vector<float>& kernel, const std::vector<double>& scale) {
  for (size_t i = 0; i < kernel.size(); i++)
    kernel[i] = static_cast<float>(kernel[i] * scale[i % scale.size()]);
}

}  // namespace

std::optional<FoldedLayer> Weights::folded(const Layer&) const { return std::nullopt; }

//   gamma[c] * (conv(x)[c] - mean[c]) / sqrt(variance[c] + epsilon) + beta[c]  ==  conv'(x)[c] + bias'[c]
// with s = gamma[c] / sqrt(variance[c] + epsilon):
//   kernel'[.., c] = s * kernel[.., c],  bias'[c] = beta[c] - s * mean[c]
// and with a bias of the convolution's own:  bias'[c] += s * bias[c].
FoldedLayer fold(const Layer& layer, const Weights& weights) {
  if (std::optional<FoldedLayer> known = weights.folded(layer)) return std::move(*known);
  const int channels = layer.out.channels;
  FoldedLayer folded{weights.tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values, {}};
  folded.bias =
      layer.bias ? weights.tensor(layer.name, "bias", {channels}).values : std::vector<float>(channels, 0.0f);
  if (layer.batch_norm.empty()) {
    if (const auto known = weights.statistics(layer.name))
      folded.mean = known->mean, folded.deviation = known->deviation;
    return folded;
  }

  auto role = [&](const char* name) { return weights.tensor(layer.batch_norm, name, {channels}).values; };
  const std::vector<float> gamma = role("gamma"), beta = role("beta"), mean = role("moving_mean"),
                           variance = role("moving_variance");
  const double epsilon = weights.epsilon(layer.batch_norm);
  std::vector<double> scale(channels);
  for (int c = 0; c < channels; c++) {
    const double spread = variance[c] + epsilon;
    if (!(spread > 0))
      throw WeightsError(fmt::format("{}/moving_variance: channel {} is {}, expected more than -{}",
                                     layer.batch_norm, c, variance[c], epsilon));
    scale[c] = gamma[c] / std::sqrt(spread);
    folded.bias[c] = static_cast<float>(beta[c] + scale[c] * (double{folded.bias[c]} - mean[c]));
  }
  scale_channels(folded.kernel, scale);
  const bool trained = std::any_of(mean.begin(), mean.end(), [](float value) { return value != 0; }) ||
                       std::any_of(variance.begin(), variance.end(), [](float value) { return value != 1; });
  if (!trained) return folded;
  folded.mean.assign(beta.begin(), beta.end());
  for (int c = 0; c < channels; c++)
    folded.deviation.push_back(std::abs(scale[c]) * std::sqrt(std::max(0.0f, variance[c])));
  return folded;
}

void check_weights(const Network& network, const Weights& weights) {
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers)
      if (!block.quantised && !layer.kernel_shape().empty()) fold(layer, weights);
}

}  // namespace mobilith
