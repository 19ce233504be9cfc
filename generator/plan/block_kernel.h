// From a block to its kernel: which type and shape, and its constants in the order of the kernel's operands.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "networks/network.h"
#include "plan/packing.h"
#include "plan/pairing.h"
#include "targets/machine.h"
#include "weights/weights.h"

namespace mobilith {

// A pointwise convolution whose products the machine pairs where they keep their accuracy.
struct PairedLayer {
  std::string layer;         // Layer::name
  const char* direct_field;  // of the kernel's shape in JSON: what says that its products are direct
  double bound;              // Pairing::bound; above most_pairing_bound products are direct
  bool paired() const { return bound <= most_pairing_bound; }
};

struct PackedBlock {
  // Operands between the input and the output, packed for the machine's vectors and arithmetic.
  std::vector<std::string> constants;  // their bytes
  std::vector<PairedLayer> paired;     // in order of computation
  ChannelSizes output;                 // as given, where the machine pairs nothing
  std::vector<double> agreements;      // of layers with statistics (plan/channel_sizes.h)
};

class Packer;

// Of a block's inputs, in their order.
using InputSizes = std::span<const ChannelSizes* const>;

struct BlockKernel {
  const char* type;      // in schedules' kernel_types()
  nlohmann::json shape;  // of that type
  // Adds the block's constants.
  void (*pack)(Packer&, const Block&, const Machine&, InputSizes);
};

BlockKernel block_kernel(const Block&);

// Adds to the kernel's shape where products are direct. Throws std::logic_error
// where a constant has not the size that the kernel's operand has. opinion: whose sizes say whether products
// that both opinions together would not let pair can be paired.
PackedBlock pack_block(BlockKernel&, const Block&, const Weights&, const Machine&, InputSizes,
                       Opinion opinion);

}  // namespace mobilith
