// How the inputs and weights of a convolution are shifted and scaled so that Winograd's pairs round little.
#pragma once

#include <vector>

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

}  // namespace mobilith
