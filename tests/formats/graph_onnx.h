// A graph of the interpreter as an ONNX file.
#pragma once

#include <string>

#include "graph/graph.h"

namespace mobilith::testing {

// Operation set 14, channels first, as PyTorch's exporter spells it. The graph has passed infer(). Throws
// std::runtime_error for an operation that no graph of a state dict has.
std::string onnx_of(const file::Graph&);

}  // namespace mobilith::testing
