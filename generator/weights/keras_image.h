// The shape of what a Keras model reads.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mobilith {

constexpr int deepest_model = 8;  // models inside models

// The shape with the batch; nothing: any extent; empty: any shape.
using KerasImage = std::vector<std::optional<int>>;

// Of an InputLayer's settings, all of which are accounted for. inner: of a model inside another, which reads
// what that gives, also vectors; its image is empty. Throws WeightsError.
KerasImage image_of_input(const nlohmann::json& settings, const std::string& what, bool inner);

// Of a Sequential model without an input layer: its first layer's shape, or the model's.
KerasImage image_of_sequential(const nlohmann::json& first, const nlohmann::json& config,
                               const std::string& what);

}  // namespace mobilith
