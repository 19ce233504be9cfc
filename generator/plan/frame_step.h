// The step that makes the image of the caller's frame.
#pragma once

#include <string>
#include <vector>

#include "networks/network.h"
#include "plan/block_kernel.h"
#include "plan/port.h"

namespace mobilith {

// The frame as the caller gives it.
Port frame_port(const Frame&);

// image: as the first block reads it.
BlockKernel frame_kernel(const Frame&, const Port& image);

// Its constants, in the order of the kernel's operands: scale and shift of the image's stored channels.
std::vector<std::string> frame_constants(const Frame&, const Port& image);

}  // namespace mobilith
