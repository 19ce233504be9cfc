// From a block to its kernel: which type and shape, and its constants in the order of the kernel's operands.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "networks/network.h"
#include "plan/packing.h"
#include "schedules/machine.h"
#include "weights/weights.h"

namespace mobilith {

struct BlockKernel {
  const char* type;      // in schedules' kernel_types()
  nlohmann::json shape;  // of that type
  // Operands between the input and the output, packed for the machine's vectors and arithmetic.
  std::vector<Packed> (*constants)(const Block&, const Weights&, const Machine&);
};

BlockKernel block_kernel(const Block&);

}  // namespace mobilith
