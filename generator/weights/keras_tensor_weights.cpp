#include "weights/keras_tensor_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace mobilith {

std::string shape_text(const std::vector<int>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

void KerasTensorWeights::fail(const std::string& what) const {
  throw WeightsError(fmt::format("{}: {}", path_, what));
}

Tensor KerasTensorWeights::tensor(const std::string& layer, const std::string& wanted,
                                  const std::vector<int>& shape) const {
  const std::string role = wanted == "depthwise_kernel" ? "kernel" : wanted;  // as keras_tensors.h calls both
  const auto found = index_.find({stored_name(layer), role});
  if (found == index_.end()) return missing(stored_name(layer), role, shape);
  const Hdf5Dataset& dataset = found->second;
  // A dense layer and a 1x1 convolution hold the same values in the same order.
  std::vector<int> stored = dataset.shape;
  if (role == "kernel" && stored.size() == 2 && shape.size() == 4 && shape[0] == 1 && shape[1] == 1)
    stored.insert(stored.begin(), {1, 1});
  if (role == "kernel" && shape.size() == 2 && stored.size() == 4 && stored[0] == 1 && stored[1] == 1)
    stored.erase(stored.begin(), stored.begin() + 2);
  if (stored != shape)
    fail(fmt::format("{}/{}: has the shape {}, expected {}", layer, role, shape_text(dataset.shape),
                     shape_text(shape)));
  Tensor tensor{shape, arrays_.values.at(dataset.path)};
  for (size_t i = 0; i < tensor.values.size(); i++)
    if (!std::isfinite(tensor.values[i]))
      fail(fmt::format("{}/{}: value {} of {} is {}, expected finite numbers", layer, role, i,
                       tensor.values.size(), tensor.values[i]));
  return tensor;
}

// Keras leaves variables out that a layer was told not to have; anything else is an error.
Tensor KerasTensorWeights::missing(const std::string& layer, const std::string& role,
                                   const std::vector<int>& shape) const {
  size_t count = 1;
  for (int extent : shape) count *= static_cast<size_t>(extent);
  if (role == "gamma" && index_.contains({layer, "moving_variance"}))
    return {shape, std::vector<float>(count, 1.0f)};
  if (role == "beta" && index_.contains({layer, "moving_variance"}))
    return {shape, std::vector<float>(count, 0.0f)};
  if (role == "bias" && index_.contains({layer, "kernel"})) return {shape, std::vector<float>(count, 0.0f)};
  for (const auto& [key, dataset] : index_)
    if (key.first == layer)
      fail(fmt::format("layer '{}' has no '{}', expected the shape {}", layer, role, shape_text(shape)));
  fail(fmt::format("layer '{}' is missing; expected its '{}' of shape {}", layer, role, shape_text(shape)));
}
}  // namespace mobilith
