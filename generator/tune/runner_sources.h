// runner.c, the team and the runtime's C sources, carried inside the generator: a runner is compiled for
// whichever CPU it measures.
#pragma once

#include <vector>

#include "package/runtime_sources.h"

namespace mobilith::tune {

using RunnerSource = RuntimeSource;

std::vector<RunnerSource> runner_sources();

}  // namespace mobilith::tune
