// Channels of a tensor share one scale; a factor for each, taken out of the weights before it and put into
// those behind it, makes them use it alike.
#pragma once

#include "calibrate/statistics.h"

namespace mobilith::calibration {

// The network's outputs stay what they are, but where a ReLU6 keeps a channel within bounds that no picture
// reached. Source of the idea: Nagel et al. 2019 (arXiv 1906.04721), section 4.1; how much of it is taken is
// by the noise that rounding would make, of activations and of weights.
// other: a network of the same nodes, which gets the same factors.
void equalise(FloatNetwork&, Statistics&, FloatNetwork* other = nullptr);

}  // namespace mobilith::calibration
