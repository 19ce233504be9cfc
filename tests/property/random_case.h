// Random blocks and networks, from a seed.
#pragma once

#include <random>
#include <string>

#include "networks/network.h"

namespace mobilith::property {

// MOBILITH_SEED or, where it is not set, a fixed one; MOBILITH_CASES or `otherwise`.
uint64_t seed();
int cases(int otherwise);

// alpha 0.05 to 1.5, depth multipliers 1 to 3, sides of 32 to `largest` (odd and unequal ones too), classes 1
// to 2000.
Configuration random_configuration(std::mt19937_64&, int largest);

// A network of one block, drawn from a random network so that every kind comes up equally often. In half of
// them convolutions end in any activation, and a head in a softmax or in sigmoids; in half of them the window
// is another: its size, stride, dilation and pads.
Network random_block(std::mt19937_64&);

std::string describe(const Network&);

}  // namespace mobilith::property
