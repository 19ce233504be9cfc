// What a network's library costs: measured here, or predicted for a CPU that is not here.
#pragma once

#include "explore/exploration.h"
#include "explore/network_library.h"
#include "tune/cache_levels.h"

namespace mobilith::explore {

// Times whole runs for about so many seconds (bench/measure.h), in a process of its own, so that a library
// that crashes or hangs costs its own row alone. Call it with no other thread running. Throws
// std::runtime_error, one line.
Costs measured_costs(const CompiledLibrary&, int threads, double seconds, const Stage&);

// The sum over the plan's steps of the static cost of their kernels (tune/static_cost.h), on one core. Call
// it with no other thread running. Throws InspectError.
Costs predicted_costs(const CompiledLibrary&, const tune::CacheLevels&, const Stage&);

// The machine's own name of its CPU, "AMD EPYC"; LLVM's where it has none.
std::string machine_name(const std::string& llvm_name);

}  // namespace mobilith::explore
