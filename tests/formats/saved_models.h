// The SavedModels of tests/data/saved_models, which TensorFlow and Keras wrote.
#pragma once

#include <map>
#include <string>

#include "formats/read_graph.h"

namespace mobilith::testing {

// A model's files by their names: "saved_model.pb", "variables/variables.index"...
using SavedModelFiles = std::map<std::string, std::string>;

// All models by name; each is the same at every call.
const std::map<std::string, SavedModelFiles>& saved_models();

// Reads them as a folder is read; what is not there is refused.
file::ReadRequest beside(const SavedModelFiles&);
file::Graph read(const SavedModelFiles&);
// Why they are refused; empty: they are not.
std::string refusal(const SavedModelFiles&);

}  // namespace mobilith::testing
