// What a candidate costs without running it.
#pragma once

#include "inspect/kernel_report.h"
#include "tune/cache_levels.h"

namespace mobilith::tune {

struct StaticCost {
  double loops = 0;   // cycles of all loops by LLVM's scheduling model, as corrected
  double memory = 0;  // cycles that wait for L2 and beyond
  double cycles() const { return loops + memory; }
};

// report: with names, so that it knows how often each loop runs.
StaticCost static_cost(const inspect::KernelReport&, const CacheLevels&);

}  // namespace mobilith::tune
