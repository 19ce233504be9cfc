// The measurement on another machine or in an emulator: a self-contained executable goes in, numbers come
// out.
#pragma once

#include "tune/measure_candidate.h"

namespace mobilith::tune {

// Links challenger and incumbent with runner.c into a static executable (with $CC, else cc) and runs
// `command` with its path appended, by the shell. No peak is measured. For a child process. Throws
// std::runtime_error where the linker or the command fails, or prints something else.
void measure_elsewhere(const MeasureRequest&, const std::string& command);

}  // namespace mobilith::tune
