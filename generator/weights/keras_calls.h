// Who reads whom, in Keras's model configuration.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mobilith {

// A layer's class, "Conv2D". Throws WeightsError where it has none, or one that somebody registered as their
// own.
std::string class_of(const nlohmann::json& layer, const std::string& what);

// A layer's name in its model.
std::string name_of(const nlohmann::json& layer, const std::string& what);

// Throws WeightsError where a layer, or a model, has a part beside its class, settings and inputs that is not
// known.
void check_layer_keys(const nlohmann::json& layer, const std::string& what);

// The layers that the layer `name` of a Functional model reads, in order, as Keras 2 or 3 write it. Throws
// WeightsError where it is called more than once, with arguments that change what it computes, or reads one
// of several outputs.
std::vector<std::string> layer_inputs(const nlohmann::json& layer, const std::string& name);

// The one layer of a Functional model's "input_layers" or "output_layers". Throws WeightsError where there
// are others.
std::string only_end(const nlohmann::json& config, const char* key, const std::string& what);

}  // namespace mobilith
