// From a recipe and the file's tensors to a graph.
#pragma once

#include <map>
#include <string>

#include "graph/file_error.h"
#include "graph/graph.h"
#include "state_dicts/state_dict.h"
#include "torch_graphs/recipe.h"

namespace mobilith::file::torch {

using Tensors = std::map<std::string, NamedTensor>;  // by name

// The file's tensors are not the recipe's.
struct Misfit : Error {
  Misfit(const std::string& text, size_t built) : Error(text), layers(built) {}
  size_t layers;  // that fit, from the image on
};

// Whether the file has any tensor of the layers behind `Recipe::classifier`, or one linear layer in their
// place.
bool has_classifier(const Recipe&, const Tensors&);

// How many tensors are in the recipe and not in the file, or in the file and not in the recipe.
struct Difference {
  size_t missing = 0, needed = 0, left = 0;
  std::string first;  // what is wrong, in words; empty: nothing
};
Difference difference(const Recipe&, const Tensors&);

// Throws Misfit; Error for what infer() refuses.
Graph build(const Recipe&, const Tensors&, int height, int width);

}  // namespace mobilith::file::torch
