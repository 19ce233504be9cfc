// What makes a runner: the C compiler of the architecture that it is for.
#pragma once

#include <filesystem>
#include <string>

#include "targets/target.h"

namespace mobilith::tune {

// The beginning of a command, for the shell: $CC, else cc; for another architecture than this machine's
// $MOBILITH_CROSS_CC, else the one in cross_compilers.h.
std::string runner_compiler(const CpuTarget&);

// Throws std::runtime_error, one line that names the packages, unless that compiler links static executables.
void require_runner_compiler(const CpuTarget&);

// Writes runner.c and the runtime's sources into `folder` and compiles the runtime, where that has not been
// done; returns its object. Throws std::runtime_error.
std::filesystem::path prepare_runner(const CpuTarget&, const std::filesystem::path& folder);

}  // namespace mobilith::tune
