// From a network and its weights to one static library, in memory.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "codegen/compile_options.h"
#include "networks/network.h"
#include "plan/port.h"
#include "records/lookup.h"
#include "targets/errors.h"
#include "targets/platforms.h"
#include "targets/resolve_targets.h"
#include "weights/weights.h"

namespace mobilith {

// LibraryOptions::require_tuned is set, and kernels have no tuning record; the message names them.
struct NotTuned : CodegenError {
  using CodegenError::CodegenError;
};

// The schedules for one CPU: asked before the analytic default; may give an empty lookup.
using SchedulesFor = std::function<ScheduleLookup(const CpuTarget&)>;

struct LibraryOptions : TargetOptions, CompileOptions {
  std::string name;              // a C identifier: the model's symbol
  bool weights_in_file = false;  // beside the library instead of inside it
  bool bundle_runtime = false;   // the runtime in the same archive
  int threads = 0;               // Machine::threads
  SchedulesFor schedules;        // may be empty
  bool require_tuned = false;    // no kernel may take the analytic default
};

struct CompiledLibrary {
  const Platform* platform = nullptr;
  std::vector<std::string> cpus;  // the one to prefer first
  std::string archive;            // bytes of the archive
  std::string weights_file;       // bytes of the file beside it; empty: weights are inside
  bool bundled = false;           // the runtime is inside
  std::vector<Port> inputs, outputs;
  nlohmann::json manifest;  // see docs/manual/generate.md, "The manifest"
};

// The network may hold any list of blocks: one that starts with another block than a stem takes its input,
// and one that ends with another block than a head and names no outputs gives its output, as (height, width,
// channels padded to the target's vector) floats; the input's padding channels must be zero, and both 64-byte
// aligned.
// Deterministic: equal arguments give equal bytes. Throws WeightsError, CodegenError (NotTuned
// before any kernel is compiled).
CompiledLibrary compile_library(const Network&, const Weights&, const LibraryOptions&);

}  // namespace mobilith
