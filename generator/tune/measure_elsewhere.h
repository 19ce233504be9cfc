// The measurement on another machine or in an emulator: a self-contained executable goes in, numbers come
// out.
#pragma once

#include "targets/target.h"
#include "tune/measure_candidate.h"

namespace mobilith::tune {

// Links challenger and incumbent, compiled for the target, with runner.c and the runtime into a static
// executable (runner_compiler.h) and runs `command` with its path appended, by the shell. No peak is
// measured. For a child process. Throws std::runtime_error where the compiler or the command fails, or prints
// something else.
void measure_elsewhere(const MeasureRequest&, const CpuTarget&, const std::string& command);

}  // namespace mobilith::tune
