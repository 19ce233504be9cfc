// Faults on purpose, for tests: MOBILITH_TUNE_FAULT=KIND:N strikes every N-th candidate, in the child that
// works on it. KIND: compile-crash, compile-hang, crash, hang, wrong.
#pragma once

#include <string>

namespace mobilith::tune {

// Whether this fault strikes candidate `number` (from 1; 0 is the default schedule, never struck).
bool fault_hits(const std::string& kind, int number);

// Crashes or hangs where the fault strikes; stage: "" or "compile-".
void crash_or_hang(const std::string& stage, int number);

}  // namespace mobilith::tune
