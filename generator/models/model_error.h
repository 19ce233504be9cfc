#pragma once

#include <stdexcept>

namespace mobilith {

// A model or weights file that can't be used; the message names file, layer or tensor, what was found and
// what was expected.
struct WeightsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace mobilith
