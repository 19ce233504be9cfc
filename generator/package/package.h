// The install tree that `generate --out DIR` writes: headers, archives, pkg-config, CMake package, manifest.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "networks/output.h"
#include "package/compile_library.h"
#include "text/field_error.h"

namespace mobilith {

struct PackageError : FieldError {
  using FieldError::FieldError;
};

struct Package {
  std::string name;
  Configuration configuration;
  OutputFunction output = OutputFunction::softmax;  // of the head
  std::string head;  // the block of that name is a classifier; empty: none of the outputs is
  CompiledLibrary library;
  std::vector<std::string> labels = {};  // the classes' names; empty: none
  std::string pixels = {};  // what the model scales itself: "0..255", of black and white; empty: nothing
};

// Throws PackageError where `out` cannot become ours: not a folder, not writable, not empty and without a
// manifest of ours below share/, or with a library whose name differs from `name` in capitals alone. Changes
// nothing. Call it before the long work.
void check_output_folder(const std::filesystem::path& out, const std::string& name);

// Writes the tree, all at once (package/tree_writer.h). Equal packages give byte-identical trees. Throws
// PackageError; then nothing has changed.
void write_package(const Package&, const std::filesystem::path& out);

}  // namespace mobilith
