// What Keras's model configuration (JSON) says that weights alone do not.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace mobilith {

struct KerasConfig {
  std::map<std::string, double> epsilon;  // of each batch norm, by layer name
  std::optional<int> height, width;       // of the input
};

// json: the attribute `model_config` of an HDF5 file or config.json of a .keras file. Throws WeightsError,
// which names `label`, for malformed JSON and for a layer that changes what the network computes and that we
// would leave out (e.g. Rescaling).
KerasConfig parse_keras_config(const std::string& json, const std::string& label);

}  // namespace mobilith
