// Blocks of whole numbers with weights, in plain loops: the oracle of the tuner. It shares no code with the
// kernels, nor with the interpreter of files.
#pragma once

#include <vector>

#include "networks/network.h"

namespace mobilith::reference {

// The caller's image of the network by a formula, (y, x, c): bytes, as their type has them.
std::vector<double> formula_bytes(const Network&);

// What the last block makes of that image, (y, x, c), in the library's bytes. The network is that block, a
// convolution or a depthwise one, alone, or behind a block that gives the image as it is.
std::vector<double> run_quantised(const Network&, const std::vector<double>& image);

}  // namespace mobilith::reference
