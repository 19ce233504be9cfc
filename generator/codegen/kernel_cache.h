// Compiled kernels of earlier runs, so that only what is new is compiled.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith {

// Everything that decides a kernel's closed bitcode, hashed (SHA-256, hex): type, shape, schedule, all of the
// target, Halide's and LLVM's versions, and the generator itself (codegen/generator_identity.h), so that no
// change can meet an old entry.
std::string kernel_key(const PlannedKernel&, const CpuTarget&);

// $MOBILITH_CACHE, else $XDG_CACHE_HOME/mobilith, else ~/.cache/mobilith; made where it is missing, for this
// user alone to write. Empty where none can be made.
std::filesystem::path cache_folder();

// A folder with one file per key: any number of generators may share it. What others than this user and root
// may have written is never used: a library would hold their code.
class KernelCache {
 public:
  // A line about what can't be used, and why.
  using Complain = std::function<void(const std::string&)>;

  // Clears what killed generators left. Without a cache where the folder is empty, others may write to it, or
  // nothing says which generator this is.
  KernelCache(const std::filesystem::path& folder, Complain);

  // The bitcode, or nothing where there is no entry, or one that is damaged, another key's or another user's.
  std::optional<std::string> read(const std::string& key) const;
  // Best effort: a full or read-only disk only costs the next run time.
  void write(const std::string& key, const std::string& bitcode) const;

 private:
  std::filesystem::path folder_;  // empty: no cache
  Complain complain_;
};

}  // namespace mobilith
