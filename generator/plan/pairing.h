// Whether paired products (algorithms/paired_products.h) of a convolution keep their accuracy, and how its
// weights are scaled for them.
#pragma once

#include <vector>

#include "plan/channel_sizes.h"

namespace mobilith {

struct Pairing {
  // Of each output's weights: the power of two that they are multiplied with, so that inputs and weights are
  // alike in magnitude.
  std::vector<int> exponents;
  // The rounding errors of paired products at most, over those of direct ones at most, in the output where
  // that is worst, by the less favourable opinion of the inputs' sizes. 2.33 where all are alike; infinite
  // where floats would overflow or underflow.
  double bound = 1;
};

// Up to this bound paired products are taken. Simulated errors of single convolutions are about half of their bounds; whole networks vary more
// (docs/accuracy.md).
inline constexpr double most_pairing_bound = 4;

// kernel: (in, out) row-major; bias: (out).
Pairing pairing(const std::vector<float>& kernel, const std::vector<float>& bias, const ChannelSizes& inputs);

}  // namespace mobilith
