// A float network's numbers as bytes: grids, whole weights and biases.
#pragma once

#include "calibrate/grid.h"

namespace mobilith::calibration {

struct WholeNode {
  Grid grid;                    // of what it gives
  WeightGrid weights{};         // of products
  std::vector<int32_t> bias{};  // in places of input scale * weight scale
};

struct WholeNetwork {
  Grid image;
  std::vector<WholeNode> nodes;
};

// Biases are corrected: over the pictures, each channel's mean before its bounds is what it is in floats
// (Nagel et al. 2019, arXiv 1906.04721, section 4.2, by data). statistics and histograms: of the same network
// and the same pictures. imitated: without real pictures, what they are run through (imitate.h); statistics
// and histograms are of it then, and a bias is corrected for what rounding its own weights does.
// reduce_range: CalibrationOptions'. seen: called as each node is done, with how many there are. Throws
// WeightsError, which names the layer, for one whose numbers bytes can't hold.
WholeNetwork whole_network(const FloatNetwork&, const Statistics&, const Histograms&, const Pictures&,
                           const FloatNetwork* imitated, bool reduce_range,
                           const std::function<void(size_t done, size_t of)>& seen);

}  // namespace mobilith::calibration
