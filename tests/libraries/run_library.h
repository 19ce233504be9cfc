// A model file made into a library by the program, linked to an application, and run.
#pragma once

#include <string>
#include <vector>

namespace mobilith::testing {

struct LibraryOutput {
  std::string name;  // its block's
  int height, width, channels;
  std::vector<double> values;  // (y, x, c)
};
using LibraryOutputs = std::vector<LibraryOutput>;

// `mobilith generate` with these options, then one run of two threads for each image (y, x, c), one after the
// other in one session. Throws std::runtime_error with the failing program's error output.
std::vector<LibraryOutputs> run_library(const std::vector<std::string>& options,
                                        const std::vector<std::vector<double>>& images);

}  // namespace mobilith::testing
