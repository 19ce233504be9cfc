#pragma once

#include <string>

#include "networks/functions.h"

namespace mobilith {

// As shapes call it in JSON and kernels in their names: "relu6".
const char* activation_name(ActivationFunction);
// Throws std::invalid_argument for an unknown name.
ActivationFunction activation_named(const std::string&);

}  // namespace mobilith
