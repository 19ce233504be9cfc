// How many cores this process can keep busy: what a peak of several threads is a peak of.
#pragma once

#include <filesystem>

namespace mobilith {

// CPU time per time that the control groups of this process, and those around them, allow (the least quota of
// all, versions 1 and 2); infinite where there is none or it can't be read. `root`: of the system's files; a
// test's own.
double cpu_quota(const std::filesystem::path& root = "/");

// The cores that the scheduler gives to this process, at most as many as the quota fills; at least 1. A quota
// counts over a tenth of a second as a rule: for shorter, a process may have more.
int usable_cores();

}  // namespace mobilith
