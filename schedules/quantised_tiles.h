// Register tiles of products of bytes.
#pragma once

#include "products/tile.h"

namespace mobilith {

// How many parts of this size cover the whole.
inline int parts(int whole, int part) { return (whole + part - 1) / part; }

// Accumulators, a tile's weights, one broadcast, and one more where a group's sum is added by itself. With
// three registers left LLVM keeps accumulators where they are. byte_pairs: QuantisedProductsLayout's, whose
// sums of two want one for ones: 4 x 2 is 1.10 times as fast as 5 x 2, which spills two (V1 0.5-160, znver4).
bool quantised_tile_fits(const Tile&, const Machine&, bool byte_pairs = false);

// Instructions that make bytes of a row of pixels' sums: three for each vector, then packs of up to four of
// them (codegen/pack_bytes.h).
inline double packing(int pixels) { return 3 * pixels + 2 * parts(pixels, 2) + 4 * parts(pixels, 4); }

// What is multiplied: all a strip's pixels with all vectors of outputs, in so many groups of products.
struct QuantisedWork {
  int pixels, vectors, groups;
  // Of byte_elements one load brings four pixels' groups; others are spread to all lanes one by one, and each
  // is flipped.
  bool elements;
  bool byte_pairs = false;  // QuantisedProductsLayout's
};

// Cycles of it: for each group of products one instruction an accumulator, whose latency four of them hide,
// beside loads, two a cycle. Packs, where sums become bytes by them, go on while the next tile's products
// begin, but more than eight vectors' fill the scheduler.
double quantised_tile_cost(const Tile&, const Machine&, const QuantisedWork&);

// Whether a tile's pixels are whole registers of elements, or too few for one.
bool whole_registers(const Tile&, bool elements);

// The cheapest that fits.
Tile best_quantised_tile(const Machine&, const QuantisedWork&);

}  // namespace mobilith
