// Types and shapes of all tensors.
#pragma once

#include "graph/graph.h"

namespace mobilith::file {

// Says the type and shape of every tensor, from the inputs on; shapes that are computed from shapes alone are
// computed. What the graph says already must agree. Throws Error, which names the first operation whose
// inputs don't fit, with which the graph has more than 2^36 products, or beside which more than 2^28 elements
// are alive; or the first tensor that is no input, constant or output of an operation before it is used.
void infer(Graph&);

}  // namespace mobilith::file
