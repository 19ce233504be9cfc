// What a file's graph does to its image before the first layer.
#pragma once

#include <optional>

#include "graph/graph.h"
#include "models/weighted_layers.h"

namespace mobilith {

struct ImageScaling : Scaling {
  bool trained = false;  // a batch norm has a part in it
};
// Of each channel, of a graph that file::with_factors() returned; empty: nothing. Never throws for a graph of
// another kind: what it can't say is left out.
ImageScaling image_scaling(const file::Graph&);

// What black and white are to a network.
struct PixelRange {
  double low = -1, high = 1;  // as most MobileNets are trained
};
// Which pixels a file takes, by what it does to them: 0 to 255 if it makes numbers of about one to ten of
// those, or takes the mean of such ones away; 0 to 1 if it takes the mean of those away. Nothing: that may be
// done to any pixels, as what a batch norm has learned.
std::optional<PixelRange> pixel_range(const ImageScaling&);

}  // namespace mobilith
