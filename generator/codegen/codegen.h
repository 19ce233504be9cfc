// From a network and its weights to one static library, in memory.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "networks/network.h"
#include "schedules/lookup.h"
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

// LibraryOptions::cpu names no CPU; the message suggests near names.
struct UnknownCpu : CodegenError {
  using CodegenError::CodegenError;
};

// LibraryOptions::require_tuned is set, and kernels have no tuning record; the message names them.
struct NotTuned : CodegenError {
  using CodegenError::CodegenError;
};

struct LibraryOptions {
  std::string name;            // a C identifier: the model's symbol
  std::string cpu = "host";    // or a name in cpu_names()
  bool logits = false;         // leave the softmax out
  bool cache = true;           // reuse compiled kernels of earlier runs
  ScheduleLookup schedules;    // asked before the analytic default; may be empty
  bool require_tuned = false;  // no kernel may take the analytic default
  int jobs = 0;                // processes that compile kernels; 0: one per core
  std::function<void(const Progress&)> progress;
};

struct CompiledLibrary {
  std::string archive;      // bytes of lib<name>.a
  nlohmann::json manifest;  // see README.md, "the manifest"
  std::string cpu, triple;
};

// The network may hold any list of blocks: one that starts with another block than a stem takes its input,
// and one that ends with another block than a head gives its output, as (height, width, channels padded to
// the target's vector) floats; the input's padding channels must be zero, and both 64-byte aligned.
// Deterministic: equal arguments give equal bytes. Throws WeightsError, CodegenError (NotTuned
// before any kernel is compiled).
CompiledLibrary compile_library(const Network&, const Weights&, const LibraryOptions&);

// Throws UnknownCpu unless `cpu` is "host" or one of cpu_names(): for a check before the long work.
void check_cpu(const std::string& cpu);

// The names that LibraryOptions::cpu takes, "host" not included: LLVM's, of this machine's architecture and
// of the others that code is generated for (foreign_architecture.h); sorted.
std::vector<std::string> cpu_names();

}  // namespace mobilith
