// Whether this machine can run what is compiled.
#pragma once

#include <string>

#include "targets/target.h"

namespace mobilith {

// Throws UsageError where this machine can't run code for the CPU. cpu: as it was given; otherwise: what
// could be done, the end of the sentence.
void require_runnable(const CpuTarget&, const std::string& cpu, const std::string& otherwise);

}  // namespace mobilith
