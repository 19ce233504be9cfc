// The names at the runtime's two ends.
#pragma once

#include <set>
#include <string>

// What the runtime compiled for a platform wants of the system: a line of tests/data/runtime_symbols.txt.
std::set<std::string> runtime_symbols(const std::string& platform);

// The functions that mobilith.h declares, and those of 0.1.0's.
std::set<std::string> runtime_functions();
