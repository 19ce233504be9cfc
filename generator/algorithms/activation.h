// What a convolution's values go through last, as Halide computes it: a row for each kind.
#pragma once

#include <Halide.h>

#include "networks/functions.h"

namespace mobilith {

Halide::Expr activated(const Halide::Expr& value, const ActivationFunction&);

}  // namespace mobilith
