#pragma once

#include "graph/file_error.h"

namespace mobilith::file {

// The file leaves its image's size open, and nobody has said it.
struct OpenSize : Error {
  using Error::Error;
};

}  // namespace mobilith::file
