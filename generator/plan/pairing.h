// Whether paired products (algorithms/paired_products.h) of a convolution keep their accuracy, and how its
// inputs and weights are shifted and scaled for them.
#pragma once

#include <vector>

#include "plan/channel_sizes.h"

namespace mobilith {

struct Pairing {
  // Of each output's weights: the power of two that they are multiplied with, so that inputs and weights are
  // alike in magnitude.
  std::vector<int> exponents;
  // Of each output: its value where every input is at its mean.
  std::vector<double> values;
  // What is taken off all inputs of pairs: the mean of their means.
  float centre = 0;
  // The sum of magnitudes that paired products round, over that of direct ones, in the output where that is
  // worst, by the less favourable opinion of the inputs' sizes. 2.41 where all are alike and around zero;
  // infinite where floats would overflow or underflow.
  double bound = 1;
};

// Up to this bound paired products are taken. Magnitudes are what errors could be; what they were is in
// docs/accuracy.md.
inline constexpr double most_pairing_bound = 4.5;

// kernel: (in, out) row-major; bias: (out).
Pairing pairing(const std::vector<float>& kernel, const std::vector<float>& bias, const ChannelSizes& inputs);

}  // namespace mobilith
