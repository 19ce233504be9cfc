// A generated library, loaded into this process without a compiler or linker on the machine (LLVM's ORC and
// JITLink).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/peak_loop.h"
#include "mobilith_abi.h"
#include "text/field_error.h"

namespace mobilith {

struct LoadError : FieldError {
  using FieldError::FieldError;
};

// Owns the loaded code and constants: sessions of its model must be destroyed before it is. The process's own
// runtime (linked into this program) runs the model.
class LoadedLibrary {
 public:
  // archive: the bytes of lib<name>.a. Throws LoadError.
  static LoadedLibrary from_bytes(const std::string& archive, const std::string& name);
  // The library of an install tree; `name` says which where there are several (empty: the only one). Throws
  // LoadError.
  static LoadedLibrary from_tree(const std::filesystem::path& tree, const std::string& name = "");
  LoadedLibrary(LoadedLibrary&&) noexcept;
  ~LoadedLibrary();
  const mobilith_model* model() const;
  // For a session of a library whose weights are in a file of its tree; else does nothing. The path lives as
  // long as this does.
  void add_weights(mobilith_options&) const;
  const std::string& name() const;
  // What the kernels that run here multiply, by their tree's manifest: of a library of no tree, floats.
  // Throws LoadError for a manifest that does not say it.
  PeakProducts products() const;

 private:
  struct Impl;
  explicit LoadedLibrary(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// The libraries of an install tree, sorted: those with a share/<name>/manifest.json.
std::vector<std::string> library_names(const std::filesystem::path& tree);

// `wanted` of them; empty: the only one. Throws LoadError, also for a folder that is no such tree.
std::string chosen_library(const std::filesystem::path& tree, const std::string& wanted);

}  // namespace mobilith
