// All kernels of a generated tree, each looked at in a process of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inspect/generated_tree.h"
#include "inspect/kernel_report.h"

namespace mobilith::inspect {

using Done = std::function<void(int done, int total, const std::string& kernel)>;

// kernels: which of the tree's. The reports in that order. done: after each kernel and, with an empty name,
// every moment; may throw. Call it with no other thread running. Throws InspectError.
std::vector<KernelReport> inspect_kernels(const GeneratedTree&, const std::vector<int>& kernels,
                                          const Done& done);

}  // namespace mobilith::inspect
