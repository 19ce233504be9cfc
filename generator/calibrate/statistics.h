// What calibration pictures make of each tensor of a float network.
#pragma once

#include <functional>
#include <vector>

#include "calibrate/float_network.h"

namespace mobilith::calibration {

// The pictures as a network reads them; each is made when it is asked for, by any thread.
struct Pictures {
  size_t count = 0;
  std::function<Values(size_t)> picture;
};

// Called for each number below `count`, by as many threads as there are cores. The first exception is thrown
// again.
void for_each(size_t count, const std::function<void(size_t)>&);

// Of a tensor's values within their node's bounds, for each channel; `mean` is of those before the bounds.
struct ChannelStatistics {
  std::vector<double> least, most, mean_square, mean;
  std::vector<std::vector<float>> samples;  // some values of each channel
};

struct Statistics {
  ChannelStatistics image;
  std::vector<ChannelStatistics> nodes;
  const ChannelStatistics& of(int node) const { return node < 0 ? image : nodes[size_t(node)]; }
};

// seen: called as each picture is done, by one thread at a time.
Statistics statistics(const FloatNetwork&, const Pictures&, const std::function<void()>& seen);

}  // namespace mobilith::calibration
