// How nodes name tensors and call functions.
#pragma once

#include <string>

#include "formats/tensorflow_library.h"

namespace mobilith::file {

// "^node", "node", "node:1" in a graph, "node:output:0" in a function.
struct Reference {
  std::string node, output{};
  int index = 0;
  bool control = false;
};
// Throws Error for what is none.
Reference reference_of(const std::string& text);

// Which output of the node is meant.
int place_of_output(const tensorflow::Node&, const Reference&);

// The function that a node calls; empty: it is an operation. Throws Error for a call with an attribute that
// is not known.
std::string called_by(const tensorflow::Node&, const FunctionLibrary&);

}  // namespace mobilith::file
