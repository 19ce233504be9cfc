// From a network and its weights to one static library, in memory.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "networks/network.h"
#include "records/lookup.h"
#include "targets/platforms.h"
#include "targets/products.h"
#include "weights/weights.h"

namespace mobilith {

// A target that can't be compiled for, or a compiler failure; one line.
struct CodegenError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Progress {
  int done = 0, total = 0;  // kernels
  std::string what;         // the kernel just finished, or the stage
};

// LibraryOptions::target names no platform; the message suggests near names.
struct UnknownTarget : CodegenError {
  using CodegenError::CodegenError;
};

// LibraryOptions::cpus names what is no CPU of the platform, with near names, or two that can't be told
// apart.
struct UnknownCpu : CodegenError {
  using CodegenError::CodegenError;
};

// LibraryOptions::require_tuned is set, and kernels have no tuning record; the message names them.
struct NotTuned : CodegenError {
  using CodegenError::CodegenError;
};

struct CpuTarget;

// The schedules for one CPU: asked before the analytic default; may give an empty lookup.
using SchedulesFor = std::function<ScheduleLookup(const CpuTarget&)>;

struct LibraryOptions {
  std::string name;               // a C identifier: the model's symbol
  std::string target;             // a platform as platform() takes it; empty: the CPU's, this machine's
  std::vector<std::string> cpus;  // as resolve_cpu() takes them; empty: one, the platform's default
  Products products = Products::automatic;  // for each of the CPUs
  bool weights_in_file = false;             // beside the library instead of inside it
  bool bundle_runtime = false;              // the runtime in the same archive
  bool cache = true;                        // reuse compiled kernels of earlier runs
  SchedulesFor schedules;                   // may be empty
  bool require_tuned = false;               // no kernel may take the analytic default
  int jobs = 0;                             // processes that compile kernels; 0: one per core
  std::function<void(const Progress&)> progress;
};

struct CompiledLibrary {
  const Platform* platform = nullptr;
  std::vector<std::string> cpus;  // the one to prefer first
  std::string archive;            // bytes of the archive
  std::string weights_file;       // bytes of the file beside it; empty: weights are inside
  bool bundled = false;           // the runtime is inside
  nlohmann::json manifest;        // see docs/manual/generate.md, "The manifest"
};

// The network may hold any list of blocks: one that starts with another block than a stem takes its input,
// and one that ends with another block than a head gives its output, as (height, width, channels padded to
// the target's vector) floats; the input's padding channels must be zero, and both 64-byte aligned.
// Deterministic: equal arguments give equal bytes. Throws WeightsError, CodegenError (NotTuned
// before any kernel is compiled).
CompiledLibrary compile_library(const Network&, const Weights&, const LibraryOptions&);

// The targets that options name, the one to prefer first: wider vectors, then more features. Throws
// UnknownTarget, UnknownCpu: for a check before the long work.
std::vector<CpuTarget> resolve_targets(const LibraryOptions&);

}  // namespace mobilith
