// runner.c and the runtime's C sources, carried inside the generator: a runner is compiled for whichever CPU
// it measures.
#pragma once

#include <string_view>
#include <vector>

namespace mobilith::tune {

struct RunnerSource {
  std::string_view name, text;  // the file's name, without a folder
};

std::vector<RunnerSource> runner_sources();

}  // namespace mobilith::tune
