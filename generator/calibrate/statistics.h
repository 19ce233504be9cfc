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
  bool made_up = false;  // none are given
};

// Called for each number below `count`, by as many threads as there are cores. The first exception is thrown
// again.
void for_each(size_t count, const std::function<void(size_t)>&);

// Of a tensor's values within their node's bounds, for each channel; `mean` is of those before the bounds.
struct ChannelStatistics {
  std::vector<double> least, most, mean_square, mean;
};

struct Statistics {
  ChannelStatistics image;
  std::vector<ChannelStatistics> nodes;
  const ChannelStatistics& of(int node) const { return node < 0 ? image : nodes[size_t(node)]; }
};

// seen: called as each picture is done, by one thread at a time.
Statistics statistics(const FloatNetwork&, const Pictures&, const std::function<void()>& seen);

// How many of a tensor's values lie where: equal bins from its least to its most.
struct Histogram {
  double least = 0, most = 0;
  std::vector<uint32_t> counts;
  double middle(size_t bin) const {
    return least + (most - least) * (double(bin) + 0.5) / double(counts.size());
  }
};

struct Histograms {
  Histogram image;
  std::vector<Histogram> nodes;
};

// statistics: of the same network and the same pictures.
Histograms histograms(const FloatNetwork&, const Statistics&, const Pictures&,
                      const std::function<void()>& seen);

}  // namespace mobilith::calibration
