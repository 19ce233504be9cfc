// How long values are needed.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace mobilith::file {

// For each tensor the index of the last operation that reads it; outputs of the graph: one past the last
// operation. What nobody reads: 0.
std::vector<size_t> last_uses(const Graph&);

}  // namespace mobilith::file
