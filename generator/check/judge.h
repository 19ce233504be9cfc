// Blocks' outputs against the reference.
#pragma once

#include <functional>
#include <vector>

#include "check/library_run.h"
#include "reference/reference.h"

namespace mobilith::check {

struct Difference {
  // The largest difference over the block's largest value; infinite where that is no number.
  double share = 0;
  size_t at = 0;  // where, in the dense output
  double found = 0, expected = 0;
};

// Each block's difference from the reference, which is given what the library computed before: errors do not
// grow from block to block, and all blocks can be computed at once, on `threads` threads. done: after each
// block, on any thread. factors: what the library rounds to, and the reference where kernels do.
std::vector<Difference> differences(const std::vector<reference::PreparedBlock>&,
                                    const std::vector<float>& input, const BlockOutputs&, ElementType factors,
                                    int threads, const std::function<void()>& done);

}  // namespace mobilith::check
