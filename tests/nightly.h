// How many cases the tests do that have more of them than a change needs.
#pragma once

#include <cstdlib>
#include <string>

namespace mobilith::testing {

// True where MOBILITH_NIGHTLY is set, as scripts/nightly.sh does: all cases. Else a fixed choice of them.
inline bool nightly() { return std::getenv("MOBILITH_NIGHTLY") != nullptr; }

// Of a test's networks: by day the one that MOBILITH_BY_DAY names, where it is set; at night all.
inline bool in_turn(const std::string& network, const char* by_day = std::getenv("MOBILITH_BY_DAY")) {
  return nightly() || !by_day || network == by_day;
}

}  // namespace mobilith::testing
