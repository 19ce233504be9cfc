// Such a network as the graph of a quantised model file.
#pragma once

#include "calibrate/whole_network.h"
#include "graph/graph.h"

namespace mobilith::calibration {

// As LiteRT's converter would write it: int8, weights per channel, floats at both ends. It has passed
// infer().
file::Graph whole_graph(const FloatNetwork&, const WholeNetwork&);

}  // namespace mobilith::calibration
