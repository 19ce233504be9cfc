// A softmax behind floats that were bytes.
#pragma once

#include "graph/graph.h"

namespace mobilith::quantised {

// Where a softmax of floats reads what a DEQUANTIZE gives, it reads the bytes instead: there are 256
// exponentials then. What nobody reads any more is gone.
file::Graph softmax_of_bytes(file::Graph);

}  // namespace mobilith::quantised
