// What a convolution's values go through last, as Halide computes it: a row for each function.
#pragma once

#include <Halide.h>

#include <string>

#include "networks/functions.h"

namespace mobilith {

Halide::Expr activated(const Halide::Expr& value, ActivationFunction);

// As shapes call it in JSON and kernels in their names: "relu6".
const char* activation_name(ActivationFunction);
// Throws std::invalid_argument for an unknown name.
ActivationFunction activation_named(const std::string&);

}  // namespace mobilith
