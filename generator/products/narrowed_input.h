// Inputs of products in fewer bits than an image has.
#pragma once

#include "products/pointwise.h"

namespace mobilith {

// (c, pixel) as the matrix stores its inputs, and rounded as it says: as they come where they are of 16 bits,
// else rounded once, in a Func of Pointwise::of_pixel. name: the Func's prefix.
PixelInput narrowed_input(Pointwise&, const std::string& name, const Matrix&,
                          const std::vector<Halide::Var>& pixel, const PixelInput&);

}  // namespace mobilith
