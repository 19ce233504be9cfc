// Random quantised graphs of every operation that kernels compute, for a comparison with the interpreter.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace mobilith::testing {

// Equal seeds give equal graphs: an image of one to three channels of u8 or i8 (or floats, which a first
// operation brings to bytes), a chain of operations with sums of earlier images, and often a pool, a fully
// connected layer and a softmax behind. Scales, zero points and biases are such that results saturate now and
// then. Passed through infer().
file::Graph random_quantised_graph(uint32_t seed);

}  // namespace mobilith::testing
