// The rows of block_kernel.cpp for blocks of one layer or two (layout/layer_shapes.h).
#pragma once

#include "plan/block_kernel.h"

namespace mobilith {

BlockKernel convolution_kernel(const Block&), depthwise_kernel(const Block&), gate_kernel(const Block&);
BlockKernel window_pool_kernel(const Block&), pool_kernel(const Block&), dense_kernel(const Block&),
    normalise_kernel(const Block&);

}  // namespace mobilith
