// Tuning for a CPU that is not here: candidates are compiled on all cores and ranked by their static cost.
#pragma once

#include "tune/cache_levels.h"
#include "tune/tuner.h"

namespace mobilith::tune {

// options: as for tune(); `threads` is 1, `runner` empty. Every gain is in the record file, with the method
// "static", before the next candidate is judged; a measured record of the same kernel stays. Leaves no
// process and no temporary file behind. Call it with no other thread running. Throws CodegenError,
// RecordFileError; InspectError where LLVM has no scheduling model of the CPU.
TuningResult tune_statically(const std::vector<KernelTask>&, const TuneOptions&, const CacheLevels&);

}  // namespace mobilith::tune
