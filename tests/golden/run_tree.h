// What golden_runner.c prints for a generated tree.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mobilith::golden {

struct Probe {
  std::vector<int> shape;
  double mean = 0, max_abs = 0;
  std::vector<double> first;
};

struct TreeRun {
  std::vector<std::pair<std::string, Probe>> blocks;
  std::vector<double> output;
};

// Generates with `options` into a temporary tree, builds golden_runner.c against it with pkg-config's flags
// alone, runs it. Throws std::runtime_error with the failing program's error output.
TreeRun generate_and_run(const std::vector<std::string>& options, int threads);

}  // namespace mobilith::golden
