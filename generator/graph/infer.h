// Types and shapes of all tensors.
#pragma once

#include "graph/graph.h"

namespace mobilith::file {

// Says the type and shape of every tensor, from the inputs on; shapes that are computed from shapes alone are
// computed. What the graph says already must agree. Throws Error, which names the first operation whose
// inputs don't fit, or that would compute more than 2^40 products or fill more than 2^28 elements; or the
// first tensor that is no input, constant or output of an operation before it is used.
void infer(Graph&);

}  // namespace mobilith::file
