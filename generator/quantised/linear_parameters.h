// Scales and zero points of QuantizeLinear and DequantizeLinear.
#pragma once

#include "graph/graph.h"

namespace mobilith::quantised {

// Those of the operation (inputs 1 and 2) for a tensor of this type and shape, one or one for each index
// along the axis. Throws file::Error for scales that are computed, not floats, or not normal positive
// numbers; zero points that are computed or of another type; lists of another length than the axis.
file::Quantisation linear_parameters(const file::Graph&, const file::Operation&, file::ElementType,
                                     const file::Extents&);

// A constant of floats as the bytes that QuantizeLinear makes of it: `as` has their type, shape and meaning.
file::Tensor quantised_constant(const file::Tensor& floats, const file::Tensor& as);

// Whether a number of bytes means the same in both.
bool same_meaning(const file::Quantisation&, const file::Quantisation&);

}  // namespace mobilith::quantised
