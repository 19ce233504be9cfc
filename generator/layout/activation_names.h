#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "networks/functions.h"

namespace mobilith {

// As shapes have it in JSON: "relu6", {"clamp": [-1.0, 4.5]}.
nlohmann::json activation_json(const ActivationFunction&);
// Throws std::invalid_argument for anything else.
ActivationFunction activation_of(const nlohmann::json&);
// As kernels have it in their names: "relu6", "clamp_m1_4p5".
std::string activation_word(const ActivationFunction&);

}  // namespace mobilith
