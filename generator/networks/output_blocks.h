// Which blocks' outputs a library gives.
#pragma once

#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith {

// The network that gives the outputs of these blocks, in this order (Network::outputs), and ends with the
// last of them that it computes: later blocks are left out. A name is a block's,
// or that of the layer whose output the block's is (Block::output). Throws ConfigurationError, with near
// names, for a name that no block has, and for one that is there twice.
Network with_output_blocks(Network, const std::vector<std::string>& names);

// Of each of these strides, the name of the last block whose output is an image of that stride: what a
// detector or a segmenter reads. Throws ConfigurationError for a stride that no block has.
std::vector<std::string> feature_blocks(const Network&, const std::vector<int>& strides);

// The blocks whose outputs a library gives, in its own order.
std::vector<const Block*> output_blocks(const Network&);

// The classifier whose output is among them, or null.
const Block* output_head(const Network&);

}  // namespace mobilith
