// What a convolution's values go through last, as Halide computes it: a row for each function.
#pragma once

#include <Halide.h>

#include <string>

#include "networks/functions.h"

namespace mobilith {

Halide::Expr activated(const Halide::Expr& value, ActivationFunction);

}  // namespace mobilith
