// Compiled kernels of earlier runs, so that only what is new is compiled.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith {

// Everything that decides a kernel's bitcode, hashed (SHA-256, hex): type, shape, schedule, machine, Halide's
// target and version, and the generator itself (its executable's bytes), so that no change can meet an old
// entry.
std::string kernel_key(const PlannedKernel&, const CpuTarget&);

// A folder with one file per key, each written under a temporary name and renamed: any number of generators
// may share it. $MOBILITH_CACHE, else $XDG_CACHE_HOME/mobilith, else ~/.cache/mobilith; empty where none can
// be made.
std::filesystem::path cache_folder();

// The bitcode, or nothing where it is missing or damaged (a checksum ends the file).
std::optional<std::string> read_cached(const std::filesystem::path& folder, const std::string& key);
// Best effort: a full or read-only disk only costs the next run time.
void write_cached(const std::filesystem::path& folder, const std::string& key, const std::string& bitcode);

}  // namespace mobilith
