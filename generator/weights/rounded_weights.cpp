#include "weights/rounded_weights.h"

#include <fmt/format.h>

#include <cmath>

#include "networks/sixteen_bits.h"

namespace mobilith {

bool stored_in_16_bits(const Block& block, const Layer& layer, ElementType factors) {
  return (block.kind != BlockKind::stem || factors == ElementType::bf16) &&
         (layer.kind == LayerKind::convolution || layer.kind == LayerKind::dense);
}

RoundedWeights::RoundedWeights(const Network& network, const Weights& exact, ElementType type)
    : exact_(exact) {
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers) {
      if (!stored_in_16_bits(block, layer, factors_type(network.configuration))) continue;
      FoldedLayer folded = fold(layer, exact);
      for (float& weight : folded.kernel) {
        const float nearest = rounded(weight, type);
        if (!std::isfinite(nearest))
          throw WeightsError(fmt::format("{}: a weight of {} with its batch norm is beyond the range of {}",
                                         layer.name, weight, name_of(type)));
        weight = nearest;
      }
      layers_.emplace(layer.name, std::move(folded));
      if (!layer.batch_norm.empty()) batch_norms_.emplace(layer.batch_norm, layer.name);
    }
}

Tensor RoundedWeights::tensor(const std::string& layer, const std::string& role,
                              const std::vector<int>& shape) const {
  const auto all = [&](float value) {
    return Tensor{shape, std::vector<float>(size_t(shape.front()), value)};
  };
  if (const auto norm = batch_norms_.find(layer); norm != batch_norms_.end()) {
    if (role == "beta") return {shape, layers_.at(norm->second).bias};
    return all(role == "moving_mean" ? 0.0f : 1.0f);
  }
  const auto found = layers_.find(layer);
  if (found == layers_.end()) return exact_.tensor(layer, role, shape);
  if (role != "bias") return {shape, found->second.kernel};
  for (const auto& [norm, of] : batch_norms_)
    if (of == layer) return all(0);  // the batch norm has it
  return {shape, found->second.bias};
}

double RoundedWeights::epsilon(const std::string& layer) const {
  return batch_norms_.contains(layer) ? 0 : exact_.epsilon(layer);
}

std::optional<FoldedLayer> RoundedWeights::folded(const Layer& layer) const {
  const auto found = layers_.find(layer.name);
  if (found == layers_.end()) return std::nullopt;
  return found->second;
}

std::unique_ptr<RoundedWeights> rounded_weights(const Network& network, const Weights& exact) {
  const ElementType type = weights_type(network.configuration);
  return type == ElementType::f32 ? nullptr : std::make_unique<RoundedWeights>(network, exact, type);
}

}  // namespace mobilith
