#pragma once

#include "text/field_error.h"

namespace mobilith {

// A model or weights file that can't be used; the message names file, layer or tensor, what was found and
// what was expected.
struct WeightsError : FieldError {
  using FieldError::FieldError;
};

}  // namespace mobilith
