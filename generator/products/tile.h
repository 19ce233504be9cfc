// The register tile of a matrix product: which block of outputs stays in registers while k runs.
#pragma once

#include <nlohmann/json.hpp>

#include "layout/matrix.h"

namespace mobilith {

// `pixels` x `vectors` accumulators.
struct Tile {
  int pixels = 1, vectors = 1;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Tile, pixels, vectors)

// True if accumulators, weights and broadcast fit the register file without a spill.
bool fits(const Tile&, const Machine&, const Matrix&);

// The analytic cost, in cycles per k, of covering pixels x vectors outputs (vectors of lanes channels) with
// this tile.
double tile_cycles(const Tile&, const Machine&, const Matrix&, int pixels, int vectors);

// The cheapest tile that fits; pixels and vectors are those of the region it must cover, both at least 1.
Tile choose_tile(const Machine&, const Matrix&, int pixels, int vectors);

// All tiles that fit registers and region.
std::vector<Tile> tiles_of(const Machine&, const Matrix&, int pixels, int vectors);

}  // namespace mobilith
