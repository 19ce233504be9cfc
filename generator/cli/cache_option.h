// --caches: a CPU's memory in place of the table's row.
#pragma once

#include <string>

#include "tune/cache_levels.h"

namespace mobilith {

// text: "l1=48K,l2=2M,l3=32M,l2-bandwidth=48"; bytes with K or M, bandwidths in bytes a cycle, the clock as
// ghz; what it does not name stays. Throws UsageError.
tune::CacheLevels with_caches(tune::CacheLevels, const std::string& text);

}  // namespace mobilith
