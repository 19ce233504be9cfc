// Layers with weights, in double.
#pragma once

#include "reference/reference.h"

namespace mobilith::reference {

// A convolution, depthwise convolution or dense layer: its window, then scale, shift and activation. Outside
// the input is Layer::outside.
Activation convolve(const Layer&, const LayerValues&, const Activation& in);

// The largest sum of absolute products, over the output channels, with each input channel at its largest.
double largest_sum(const Layer&, const LayerValues&, const Activation& in);

}  // namespace mobilith::reference
