// How many cases the tests do that have more of them than a change needs.
#pragma once

#include <cstdlib>

namespace mobilith::testing {

// True where MOBILITH_NIGHTLY is set, as scripts/nightly.sh does: all cases. Else a fixed choice of them.
inline bool nightly() { return std::getenv("MOBILITH_NIGHTLY") != nullptr; }

}  // namespace mobilith::testing
