#pragma once

#include <vector>

#include "layout/matrix.h"
#include "products/pairing.h"

namespace mobilith {

// (k, out) row-major -> (lane, k, vector), zeros after the last output.
std::vector<float> pack_matrix(const std::vector<float>& kernel, int k, const Channels& out);

// One for each channel, `padding` after the last.
std::vector<float> pack_channels(const std::vector<float>& values, const Channels&, float padding = 0);

// A kernel (in, out), row-major, and its bias as they are, for schemes that multiply each weight by itself.
std::vector<std::vector<float>> pack_plain(const std::vector<float>& kernel, const std::vector<float>& bias,
                                           const Matrix&, const Pairing&);

// The same, two neighbouring inputs' weights beside each other for each output: Multiplication::dots. An odd
// last one has a zero beside it.
std::vector<std::vector<float>> pack_pairs(const std::vector<float>& kernel, const std::vector<float>& bias,
                                           const Matrix&, const Pairing&);

}  // namespace mobilith
