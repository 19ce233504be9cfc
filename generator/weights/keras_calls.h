// Who reads whom, in Keras's model configuration.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mobilith {

// A layer's class, "Conv2D". Throws WeightsError where it has none, or one that somebody registered as their
// own.
std::string class_of(const nlohmann::json& layer, const std::string& what);

// Whether it is an operation of keras.ops that is written as a layer, as x + 1 is: its class may bear the
// name of a layer's.
bool is_keras_operation(const nlohmann::json& layer);

// A layer's name in its model.
std::string name_of(const nlohmann::json& layer, const std::string& what);

// Throws WeightsError where a layer, or a model, has a part beside its class, settings and inputs that is not
// known.
void check_layer_keys(const nlohmann::json& layer, const std::string& what);

// An output of a call of a layer: the layer's name, which of its calls, which of that call's outputs. A model
// inside another one was called once when it was made, so that its calls in the other one may be counted from
// 1.
struct KerasReference {
  std::string layer;
  int call = 0, output = 0;
};

// What a layer is called with: a tensor, or a constant.
struct KerasArgument {
  std::string name;                     // empty: by its place
  std::vector<KerasReference> tensors;  // none: a constant
  nlohmann::json constant;
};

// The calls of a layer of a Functional model, as Keras 2 or 3 write them. Throws WeightsError for what can't
// be read.
std::vector<std::vector<KerasArgument>> layer_calls(const nlohmann::json& layer, const std::string& name);

// Throws WeightsError unless the layer is called with tensors by their places, as one argument, and beside
// them with nothing that changes what it computes. augments: a layer of random augmentation, which Keras 3
// writes with the default training = true, which inference overrides.
void expect_only_tensors(const std::vector<KerasArgument>&, const std::string& name, bool augments);

// The tensors of a Functional model's "input_layers" or "output_layers", in order; of a dictionary in the
// order of its keys. Throws WeightsError where there are none.
std::vector<KerasReference> model_ends(const nlohmann::json& config, const char* key,
                                       const std::string& what);

}  // namespace mobilith
