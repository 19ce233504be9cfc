// Blocks' outputs against the reference.
#pragma once

#include <functional>
#include <vector>

#include "check/library_run.h"
#include "reference/reference.h"

namespace mobilith::check {

// More than this share of a block's largest value is an error.
inline constexpr double bound = 1e-4;

// Of kernels that multiply bf16. Their sums are floats, too; but an input of a product that lies between two
// numbers of bf16 may become the one here and the other there, 2^-7 of it apart.
inline constexpr double bf16_bound = 4e-3;

// The same of f16: 2^-10 of it.
inline constexpr double f16_bound = 5e-4;

// For kernels that round what they multiply with a matrix to this type; f32: they don't.
double bound_of(ElementType);

// What a block computes in double where kernels round what they multiply with a matrix to this type: the
// inputs of 1x1 convolutions, but for the stem's. magnitude: as of reference::run_block().
reference::Activation run_narrowed(ElementType, const reference::PreparedBlock&,
                                   const std::vector<const reference::Activation*>& inputs,
                                   double* magnitude = nullptr);

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
