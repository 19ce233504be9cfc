// The self-check: a compiled library's own kernels, run on this machine, against the reference.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "codegen/compile_options.h"
#include "networks/network.h"
#include "package/compile_library.h"
#include "text/field_error.h"
#include "weights/weights.h"

namespace mobilith {

// The library computes something else than its network, crashes, hangs or can't be loaded; one line that
// names block, kernel, where its schedule comes from, and CPU.
struct CheckError : FieldError {
  using FieldError::FieldError;
};

// The check could not be made: nothing is known of the library.
struct CheckNotMade : CheckError {
  using CheckError::CheckError;
};

// What was found of one CPU's kernels.
struct CheckedCpu {
  std::string cpu;
  std::string skipped;            // why they were not run; empty: they were
  int blocks = 0;                 // compared
  double largest_difference = 0;  // as a share of the largest value of its block
  std::string block = {};         // that one
  double rounding = 0;  // of numbers of 16 bits: how far the network's outputs are off the model in double
};

struct CheckOptions {
  double seconds = 60;                            // for what takes no time as a rule; large networks get more
  std::function<void(const Progress&)> progress;  // of blocks; may throw: the check is given up
  // Where the library's weights are rounded: those before it. The file is compared with these, and outputs
  // with what they give in double.
  const Weights* exact = nullptr;
  bool whole = false;  // the network is all of the file: its output is compared with Weights::value(), too
};

// Runs each CPU's kernels that this machine can run on reference::formula_input, and compares each block with
// the reference in double, computed from the block before's output as the library gave it. Above 1e-4 of the
// block's largest value is a CheckError. The work is done in a child process on all cores: call it with no
// other thread running. Only the child reads the weights. In the order of CompiledLibrary::cpus.
std::vector<CheckedCpu> check_library(const CompiledLibrary&, const Network&, const Weights&,
                                      const CheckOptions&);

// As check_library where nothing is run: all are skipped, for this reason.
std::vector<CheckedCpu> unchecked(const CompiledLibrary&, const std::string& reason);

// The manifest's "check": for each CPU {"cpu", "blocks", "largest_difference", "block"}, the difference to
// two digits, or {"cpu", "skipped"}. Depends on the library, and on whether this machine can run it, alone.
nlohmann::json check_json(const std::vector<CheckedCpu>&);

// The same for people: a line for those that ran, one for each reason that others did not.
std::string check_text(const std::vector<CheckedCpu>&);

}  // namespace mobilith
