#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

// r(name, index) in [0, 1), a multiple of 2^-24.
double synthetic_uniform(const std::string& name, uint64_t index);

std::unique_ptr<Weights> synthetic_weights();

}  // namespace mobilith
