// golden_runner.c with a generated tree: built for here or for a foreign target, run here or by an emulator.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "process.h"

namespace mobilith::golden {

struct Probe {
  std::vector<int> shape;
  double mean = 0, max_abs = 0;
  std::vector<double> first;
};

struct TreeRun {
  std::string cpu;  // whose kernels ran
  std::vector<std::pair<std::string, Probe>> blocks;
  std::vector<double> output;
};

// All throw std::runtime_error with the failing program's error output.

// `mobilith generate` with these options; the library is called golden_model.
void generate_tree(const std::vector<std::string>& options, const std::filesystem::path& tree);

// Links golden_runner.c, or another `source`, with pkg-config's flags alone, and the runtime's sources where
// the tree has those. compiler: the program, and words that go before the sources.
void build_runner(const std::vector<std::string>& compiler, const std::filesystem::path& tree,
                  const std::filesystem::path& program,
                  const std::string& source = MOBILITH_SOURCE "/tests/golden/golden_runner.c");

// Of golden_runner.c's standard output.
TreeRun parse_run(const std::string& output);

// All of it, for this machine.
TreeRun generate_and_run(const std::vector<std::string>& options, int threads);

}  // namespace mobilith::golden
