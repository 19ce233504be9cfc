// Whether Winograd's pairs (products/winograd.h) of a convolution keep their accuracy, and how its inputs and
// weights are shifted and scaled for them.
#pragma once

#include <vector>

#include "plan/channel_sizes.h"
#include "products/pairing.h"

namespace mobilith {

// Up to this bound paired products are taken. Magnitudes are what errors could be; what they were is in
// docs/accuracy.md.
inline constexpr double most_pairing_bound = 4.5;
// Of one opinion, where both together say no: nothing stands beside it, so it must say more.
inline constexpr double most_bound_alone = 3.5;

// kernel: (in, out) row-major; bias: (out). group: Matrix::pair_group.
Pairing pairing(const std::vector<float>& kernel, const std::vector<float>& bias, const ChannelSizes& inputs,
                int group);

}  // namespace mobilith
