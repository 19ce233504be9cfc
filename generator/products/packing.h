#pragma once

#include <vector>

#include "layout/channels.h"

namespace mobilith {

// (k, out) row-major -> (lane, k, vector), zeros after the last output.
std::vector<float> pack_matrix(const std::vector<float>& kernel, int k, const Channels& out);

// One for each channel, `padding` after the last.
std::vector<float> pack_channels(const std::vector<float>& values, const Channels&, float padding = 0);

}  // namespace mobilith
