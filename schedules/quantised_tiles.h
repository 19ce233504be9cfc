// Register tiles of products of bytes.
#pragma once

#include "products/tile.h"

namespace mobilith {

// How many parts of this size cover the whole.
inline int parts(int whole, int part) { return (whole + part - 1) / part; }

// Accumulators, a tile's weights, one broadcast, and one more where a group's sum is added by itself. With
// three registers left LLVM keeps accumulators where they are.
bool quantised_tile_fits(const Tile&, const Machine&);

// Cycles of one group of products of all the pixels and vectors: one instruction for each accumulator, whose
// latency four of them hide, beside loads, two a cycle.
// elements: of byte_elements one load brings four pixels' groups; others are spread to all lanes one by one,
// and each is flipped.
double quantised_tile_cost(const Tile&, const Machine&, int pixels, int vectors, bool elements);

// Whether a tile's pixels are whole registers of elements, or too few for one.
bool whole_registers(const Tile&, bool elements);

// The cheapest that fits.
Tile best_quantised_tile(const Machine&, int pixels, int vectors, bool elements);

}  // namespace mobilith
