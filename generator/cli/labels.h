// The classes' names: from a file, from the model file, from a tree.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace mobilith {

// Not read from: the model has none, or the library has no classifier.
struct ChosenLabels {
  std::vector<std::string> names;  // a class each; empty: none
  std::string from;                // "--labels", "the model file"
};

// --labels, else what the model file carries, for the network's classifier. Throws UsageError where --labels
// is given without a classifier, can't be read, or has another number of lines than there are classes. Labels
// of the model file that don't fit are left out, which is said on standard error.
ChosenLabels chosen_labels(const options::variables_map&, const Network&, const Weights&);

// A file's lines. Throws UsageError about `option`.
std::vector<std::string> read_labels(const std::string& option, const std::string& path);

// share/NAME/labels.txt; empty: the tree has none.
std::vector<std::string> labels_of_tree(const std::string& folder, const std::string& name);

}  // namespace mobilith
