// ONNX's quantised graphs, whose operations stand between DequantizeLinear and QuantizeLinear, as the graphs
// of whole numbers that evaluate.h computes: as ONNX Runtime fuses them.
#pragma once

#include "graph/graph.h"

namespace mobilith::quantised {

// Whether a QuantizeLinear stands in the graph: the others of ONNX are graphs of floats.
bool quantises(const file::Graph&);

// The same graph with one operation for each operation between DequantizeLinear and QuantizeLinear; tensors
// of bytes say their scale. Images have channels last, but for inputs and outputs, which are as before. The
// graph must have passed infer(); what is returned has, too. Throws file::Error, which names operation and
// tensor, for scales and zero points that mean nothing, and for what ONNX Runtime leaves in floats.
file::Graph fused(const file::Graph&);

}  // namespace mobilith::quantised
