// What is wrong with a model file, in one line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "graph/graph.h"

namespace mobilith::file {

// A model file that can't be read, or that computes what is not understood. The message names operation or
// tensor and what was found; read_model() puts the file's name before it.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A name of the file in quotes, fit for a line: no control characters, not long.
std::string quoted(std::string_view name);

// "operation 'Conv__12' (Conv)", with "of no name" where it has none.
std::string place_of(const Operation&);

// Throws Error: place_of() and what is wrong.
[[noreturn]] void refuse(const Operation&, std::string_view what);

}  // namespace mobilith::file
