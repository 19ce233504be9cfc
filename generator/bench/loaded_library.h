// A generated library, loaded into this process without a compiler or linker on the machine (LLVM's ORC and JITLink).
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "mobilith_abi.h"

namespace mobilith {

struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Owns the loaded code and constants: sessions of its model must be destroyed before it is. The process's own runtime (linked
// into this program) runs the model.
class LoadedLibrary {
 public:
  // archive: the bytes of lib<name>.a, or the path of one. Throws LoadError.
  static LoadedLibrary from_bytes(const std::string& archive, const std::string& name);
  static LoadedLibrary from_tree(const std::filesystem::path& dir);  // finds share/<name>/manifest.json and lib/lib<name>.a
  LoadedLibrary(LoadedLibrary&&) noexcept;
  ~LoadedLibrary();
  const mobilith_model* model() const;
  const std::string& name() const;

 private:
  struct Impl;
  explicit LoadedLibrary(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mobilith
