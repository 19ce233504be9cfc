// A library's outputs against values in double.
#pragma once

#include <vector>

#include "check/library_run.h"
#include "networks/network.h"
#include "reference/reference.h"

namespace mobilith::check {

// Of a whole output: rounding adds up from block to block, and each block's own is judged by itself
// (check::bound).
inline constexpr double whole_bound = 1e-3;

// The same where kernels multiply bf16 or f16: what one of them rounds the other way moves all that follows.
inline constexpr double bf16_whole_bound = 2e-2, f16_whole_bound = 2.5e-3;
double whole_bound_of(ElementType factors);

struct OutputDifference {
  double apart = 0;    // the largest difference; infinite where a value is no number
  double largest = 0;  // of the expected values, without their signs
  double share() const { return apart > 0 ? apart / largest : 0; }
  bool within(double allowed) const { return apart <= allowed * largest; }
};

// Both have as many values.
OutputDifference output_difference(const std::vector<double>& found, const std::vector<double>& expected);

// All blocks with their weights, their inputs said. Throws WeightsError.
std::vector<reference::PreparedBlock> prepared(const Network&, const Weights&);

// What each of the network's outputs is in double, in their order, where the blocks are computed one after
// the other: (y, x, c), rounded where kernels round to this type (run_narrowed()).
std::vector<std::vector<double>> output_values(const Network&, const std::vector<reference::PreparedBlock>&,
                                               const reference::Activation& image,
                                               ElementType factors = ElementType::f32);

// Of all blocks' values those of the network's outputs, in their order.
std::vector<std::vector<double>> outputs_among(const Network&, const BlockOutputs&);

}  // namespace mobilith::check
