// What a test can't try here: it says so, and CTest shows it. (A test that passes by doing nothing would hide
// it.)
#pragma once

#include <string>

// Prints "skipped: WHY". The program ends with 77, which CTest shows as skipped, unless something fails in
// it. What is skipped on many machines is a ctest of its own, so that it hides nothing that passed beside it.
void skip(const std::string& why);

// Whether there is no such program in PATH; then it skips. packages: what has it, "apt: musl-tools".
bool missing(const std::string& program, const std::string& packages);
