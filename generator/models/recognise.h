// From a model's operations to the blocks that there are kernels for.
#pragma once

#include "models/graph.h"

namespace mobilith {

// The network that the graph computes on images of height x width pixels, by its structure alone; layers keep
// the file's names. Every operation belongs to one block. configuration.net is the table's where the
// structure is one of a table (with its alpha and depth multiplier), else custom_network, with alpha and
// depth multiplier 0. Throws WeightsError that names the first layer that no block has, and what was expected
// there.
Network recognise(const Graph&, int height, int width);

}  // namespace mobilith
