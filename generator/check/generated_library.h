// A library that `generate` has written, taken from its tree for another check.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "networks/output.h"
#include "package/compile_library.h"

namespace mobilith {

// What a tree says. Of `library`, inputs and outputs are empty.
struct GeneratedLibrary {
  std::string folder, name;
  CompiledLibrary library;
  Configuration configuration;
  OutputFunction function = OutputFunction::linear;  // of the classifier
  std::vector<std::string> outputs;                  // the blocks whose outputs the library gives
  std::optional<Frame> frame;                        // that it takes
  std::string model_sha256;                          // of the model file; "synthetic"
  std::string calibrated_sha256;  // of the int8 model that it was calibrated to; empty: it was not
};

// name: which library, where the tree holds several. Throws LoadError: one line that names the file.
GeneratedLibrary read_generated_library(const std::filesystem::path& tree, const std::string& name);

// The model file is the one that the library was made of. Throws LoadError, which names both and their
// hashes.
void require_same_model(const GeneratedLibrary&, const Weights&, const std::string& model);

// The network of which the library was made: the file's, with the outputs and the end that the tree says.
// whole: the file's own. Throws LoadError where the steps in the tree are not its blocks.
Network network_of(const GeneratedLibrary&, const Network& whole);

}  // namespace mobilith
