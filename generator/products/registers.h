// Accumulators of a matrix product: computed per tile, held in registers, k outermost inside the tile.
#pragma once

#include "products/pointwise.h"

namespace mobilith {

// at, loop: where a tile of the consumer is; channel: sum's channel dimension; pixels: its pixel dimensions
// inside the tile; width: lanes of a vector.
void hold_in_registers(Halide::Func& sum, Halide::Func& at, const Halide::Var& loop,
                       const Halide::Var& channel, const std::vector<Halide::Var>& pixels,
                       const std::vector<Halide::RVar>& k, int width, int vectors);

// The same for a pointwise convolution; where what it computes of pixels alone goes is left to the caller.
void hold_in_registers(Pointwise&, const Matrix&, Halide::Func& at, const Halide::Var& loop,
                       const Halide::Var& channel, const std::vector<Halide::Var>& pixels, int vectors);

// One update of the accumulators. order: of the loops inside a tile, from the innermost on.
void hold_update(Halide::Stage update, const std::vector<Halide::VarOrRVar>& order,
                 const Halide::Var& channel, const std::vector<Halide::Var>& pixels, int width);

// channel, pixels, k: from the innermost on.
std::vector<Halide::VarOrRVar> tile_loops(const Halide::Var& channel, const std::vector<Halide::Var>& pixels,
                                          const std::vector<Halide::RVar>& k);

}  // namespace mobilith
