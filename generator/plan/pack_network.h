// A network's kernels and their constants.
#pragma once

#include <vector>

#include "plan/block_kernel.h"

namespace mobilith {

struct PackedKernel {
  BlockKernel kernel;
  PackedBlock block;
};

// One for each block. Where products could not be paired for what is not known of their inputs' sizes, the
// opinion decides that all layers' statistics make believable (plan/channel_sizes.h).
std::vector<PackedKernel> pack_network(const Network&, const Weights&, const Machine&);

}  // namespace mobilith
