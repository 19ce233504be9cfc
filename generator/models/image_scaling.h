// What a file's graph does to its image before the first layer.
#pragma once

#include "graph/graph.h"
#include "models/weighted_layers.h"

namespace mobilith {

// Of each channel, of a graph that file::normalise() returned; empty: nothing. Never throws for a graph of
// another kind: what it can't say is left out.
Scaling image_scaling(const file::Graph&);

// Which values of an image such a graph takes pixels as, by the size of its numbers: those that make a range
// of about one to ten of it.
struct PixelRange {
  double low = 0, high = 0;
};
PixelRange pixel_range(const Scaling&);  // of none: -1 to 1, as most MobileNets are trained

}  // namespace mobilith
