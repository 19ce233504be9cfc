// Quantised graphs as TFLite files.
#pragma once

#include <string>

#include "graph/graph.h"

namespace mobilith::file {

// The file's bytes: of a graph that has passed infer(), of convolutions, sums, products, means, softmax,
// activations and (de)quantising alone, as calibrating makes them. A pad that TFLite has no word for becomes
// an operation before its convolution. Throws Error, which names the operation, for what TFLite can't say.
std::string tflite_file(const Graph&, const std::string& description);

}  // namespace mobilith::file
