// A library's outputs on any inputs against what the model file's own graph computes in double.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "check/check.h"
#include "check/generated_library.h"

namespace mobilith {

struct VerifyInput {
  std::string name;
  // (y, x, c) of the library's image. Called in the child process. Throws std::exception, which is this
  // input's error alone.
  std::function<std::vector<double>()> values;
  std::function<std::vector<uint8_t>()> frame{};  // in its place, of a library that takes frames
};

struct RankedValue {
  int index = 0;
  double value = 0;
};

// One output of one CPU's kernels, or of the recognised blocks, on one input.
struct VerifiedOutput {
  std::string output;
  std::string by;  // "CPU znver4", "recognised blocks"
  std::string of;  // what it is compared with: "the file's graph", "its blocks in double"
  double difference = 0, largest = 0, bound = 0;
  bool agrees = false;
  std::vector<RankedValue> expected, found;  // the first five of both, falling; of vectors alone
};

struct VerifiedInput {
  std::string name, error;  // why there are no outputs; empty: there are
  std::vector<VerifiedOutput> outputs;
};

struct Verification {
  std::vector<VerifiedInput> inputs;
  std::vector<CheckedCpu> skipped;  // CPUs whose code this machine can't run
};

struct VerifyOptions {
  double seconds =
      60;  // of the child for what takes no time as a rule; inputs get more by the network's size
  std::function<void(const Progress&)> progress;  // of inputs; may throw: the work is given up
};

// Runs the kernels of every CPU that this machine can run in a child process. Where the file holds a graph,
// its outputs are the library's, and they are compared with them: to 1e-3 of an output's largest value, and
// on the first input the recognised blocks in double to 1e-4. Other outputs (inner blocks, another end) and
// those of files of weights alone are compared with the recognised blocks in double. whole: the network that
// the file is of; network: network_of() of it. Throws LoadError for code of another system or CPU than this
// machine's and for packed weights that are not the manifest's, CheckError where the code crashes or hangs.
// Call it with no other thread running.
Verification verify_outputs(const GeneratedLibrary&, const Network& whole, const Network& network,
                            const Weights&, const std::vector<VerifyInput>&, const VerifyOptions&);

}  // namespace mobilith
