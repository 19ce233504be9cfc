// Generators of one network, run to their end, or started and killed: five kernels of a small file, at night
// the smallest V1.
#pragma once

#include <sys/wait.h>

#include <map>

#include "process.h"

namespace mobilith::faults {

std::vector<std::string> call_for(const std::string& name, const std::filesystem::path& out,
                                  const std::string& output = "probabilities");

// Requires that it ends with 0.
void must_generate(const std::string& name, const std::filesystem::path& out,
                   const std::string& output = "probabilities");

using Contents = std::map<std::string, std::string>;
Contents contents(const std::filesystem::path& tree);

// What is in a folder, hidden or not, sorted.
std::vector<std::string> entries(const std::filesystem::path& folder);

// Started, and not waited for. What it prints goes to nobody, its errors to `log`.
pid_t start(const std::vector<std::string>& words, const std::filesystem::path& log);
// It can be waited for without waiting.
bool ended(pid_t);
// Its exit code, or 128 and the signal.
int wait_for(pid_t);

}  // namespace mobilith::faults
