// Small float networks with channels of very different sizes, as trained ones have them.
#pragma once

#include "calibrate/float_network.h"
#include "calibrate/statistics.h"

namespace mobilith::testing {

// Convolution of stride 2 with a ReLU6, depthwise convolution with a ReLU6, convolution without bounds, a sum
// of it with another one's, mean, and a dense layer. Equal seeds give equal networks. sizes: how many times
// as large the largest channel of an image is as the smallest.
calibration::FloatNetwork small_network(uint32_t seed, double sizes);

// Smooth images of its size from -1 to 1.
calibration::Pictures small_pictures(const Shape&, size_t count);

}  // namespace mobilith::testing
