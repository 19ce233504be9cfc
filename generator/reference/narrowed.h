// What kernels compute that round what they multiply with a matrix to 16 bits.
#pragma once

#include <vector>

#include "networks/element_type.h"
#include "reference/reference.h"

namespace mobilith::reference {

// More than this share of a block's largest value is an error.
inline constexpr double bound = 1e-4;

// Of kernels that multiply bf16. Their sums are floats, too; but an input of a product that lies between two
// numbers of bf16 may become the one here and the other there, 2^-7 of it apart.
inline constexpr double bf16_bound = 4e-3;

// The same of f16: 2^-10 of it.
inline constexpr double f16_bound = 5e-4;

// For kernels that round what they multiply with a matrix to this type; f32: they don't.
double bound_of(ElementType);

// What a block computes in double where kernels round what they multiply with a matrix to this type: the
// inputs of 1x1 convolutions, but for a stem's, and of bf16 the image that a stem reads, with what lies
// around it. magnitude: as of run_block().
Activation run_narrowed(ElementType, const PreparedBlock&, const std::vector<const Activation*>& inputs,
                        double* magnitude = nullptr);

// All blocks, so; the last one's output.
Activation run_network_narrowed(ElementType, const Network&, const Weights&, const Activation& input);

}  // namespace mobilith::reference
