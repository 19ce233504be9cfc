// Commands that the user gives are the shell's to read.
#pragma once

#include <string>

namespace mobilith {

// What a command prints; its errors go to this process's. Throws std::runtime_error, with the command, where
// it does not end with 0.
std::string output_of(const std::string& command);

}  // namespace mobilith
