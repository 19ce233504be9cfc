// Weights of a MobileNetV2 that compute the same function to the bit, by values of other magnitudes between
// its blocks.
#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::property {

// The formula's weights, but that a bottleneck's channels are multiplied by powers of two and divided by them
// where the next layer reads them. Bottlenecks that are added to each other share their factors.
class ScaledWeights final : public Weights {
 public:
  // exponent: of the next channel's factor.
  template <typename Exponent>
  ScaledWeights(const Network& network, const Exponent& exponent) {
    std::vector<int> exponents;
    for (const Block& block : network.blocks) {
      const Layer& first = block.layers.front();
      if (first.kind == LayerKind::convolution && first.window.of_one_pixel()) rows_[first.name] = exponents;
      if (block.kind != BlockKind::inverted_residual) continue;
      if (!block.residual) {
        exponents.resize(static_cast<size_t>(block.out().channels));
        for (int& e : exponents) e = exponent();
      }
      for (const Layer& layer : block.layers)
        if (layer.kind == LayerKind::convolution && layer.activation == ActivationFunction::none)
          outputs_[layer.batch_norm] = exponents;
    }
  }

  // Channels that differ by up to 2^(2 most).
  static ScaledWeights by_channel(const Network& network, int most) {
    std::mt19937 random(7);
    return ScaledWeights(
        network, [&] { return static_cast<int>(random() % static_cast<unsigned>(2 * most + 1)) - most; });
  }

  static ScaledWeights by_one_factor(const Network& network, int exponent) {
    return ScaledWeights(network, [&] { return exponent; });
  }

  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "scaled"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    std::vector<float>& values = tensor.values;
    if (const auto found = outputs_.find(layer);
        found != outputs_.end() && (role == "gamma" || role == "beta"))
      for (size_t c = 0; c < values.size(); c++) values[c] = std::ldexp(values[c], found->second[c]);
    if (const auto found = rows_.find(layer); found != rows_.end() && role == "kernel")
      for (size_t i = 0; i < values.size(); i++)
        values[i] = std::ldexp(values[i], -found->second[i / static_cast<size_t>(shape.back())]);
    return tensor;
  }

 private:
  std::map<std::string, std::vector<int>> outputs_, rows_;  // of batch norms, of kernels
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

}  // namespace mobilith::property
