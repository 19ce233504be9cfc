// Random quantised graphs of every operation that kernels compute, for a comparison with the interpreter.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace mobilith::testing {

// Equal seeds give equal graphs: an image of one to three channels of u8 or i8 (or floats, which a first
// operation brings to bytes), a chain of operations with sums, products and concatenations of earlier images
// and of the file's numbers, squeeze-excites, and often a mean, a fully connected layer and a softmax behind.
// Outputs are vectors or images, one or two. Scales, zero points and biases are such that results saturate
// now and then. reduce_range: the same with weights of 7 bits. Passed through infer().
file::Graph random_quantised_graph(uint32_t seed, bool reduce_range = false);

}  // namespace mobilith::testing
