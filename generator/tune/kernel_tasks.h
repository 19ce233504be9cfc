// What there is to tune: the distinct kernels of some networks, each once.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "networks/network.h"
#include "targets/machine.h"

namespace mobilith {
class Weights;
}

namespace mobilith::tune {

struct KernelTask {
  std::string name;      // unique in the list; of one network's kernels those that its library has
  std::string type;      // in kernel_types()
  nlohmann::json shape;  // of that type
  // Its last block needs this kernel. It comes alone, unless it has several inputs: the others are then made
  // of the image by blocks before it. So is the order of a quantised one's image. Of a frame's kernel the
  // network has the frame, and the block that reads the image; of bytes a block that gives it as it is.
  Network network;
  double share = 0;  // of its networks' predicted time, summed over the networks
  int64_t madds() const { return network.frame ? 0 : network.blocks.back().madds(); }
};

// Of quantised networks, kernels with something to choose alone. Largest share first; equal arguments give
// equal lists, on every machine. weights: the networks', which say whose products are paired; null: all that
// the machine pairs.
std::vector<KernelTask> kernel_tasks(const std::vector<Network>&, const Machine&,
                                     const Weights* weights = nullptr);
// Of the tables' networks.
std::vector<KernelTask> kernel_tasks(const std::vector<Configuration>&, const Machine&);

// Every count-th kernel, from `index` on: the shards of a list are disjoint, and weigh about the same.
std::vector<KernelTask> shard(const std::vector<KernelTask>&, int index, int count);

// Of published_configurations().
std::vector<Network> published_networks();

}  // namespace mobilith::tune
