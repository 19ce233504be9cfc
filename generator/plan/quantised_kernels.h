// The row of block_kernel.cpp for quantised blocks: by the kind of what they compute.
#pragma once

#include "plan/block_kernel.h"

namespace mobilith {

BlockKernel quantised_kernel(const Block&);

}  // namespace mobilith
