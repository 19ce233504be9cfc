#include "products/tile.h"

#include <algorithm>

#include "products/scheme.h"

namespace mobilith {

bool fits(const Tile& tile, const Machine& machine, const Matrix& m) {
  return scheme_of(m).fits(tile, machine);
}

double tile_cycles(const Tile& tile, const Machine& machine, const Matrix& m, int pixels, int vectors) {
  const int tiles =
      ((pixels + tile.pixels - 1) / tile.pixels) * ((vectors + tile.vectors - 1) / tile.vectors);
  const TileCost cost = scheme_of(m).cost(tile, machine, m);
  // Out-of-order execution never overlaps loads and FMAs perfectly: a tenth of the lesser one shows.
  return tiles * cost.memory *
         (std::max({cost.fmas, cost.loads, cost.latency}) + 0.1 * std::min(cost.fmas, cost.loads) + cost.end);
}

std::vector<Tile> tiles_of(const Machine& machine, const Matrix& m, int pixels, int vectors) {
  constexpr int most_vectors = 8;
  std::vector<Tile> tiles;
  for (int v = 1; v <= std::min(vectors, most_vectors); v++)
    for (int p = 1; p <= std::min(pixels, machine.registers); p++)
      if (const Tile tile{p, v}; fits(tile, machine, m)) tiles.push_back(tile);
  return tiles;
}

Tile choose_tile(const Machine& machine, const Matrix& m, int pixels, int vectors) {
  Tile best{1, 1};
  double least = tile_cycles(best, machine, m, pixels, vectors);
  for (const Tile& tile : tiles_of(machine, m, pixels, vectors))
    if (const double cycles = tile_cycles(tile, machine, m, pixels, vectors); cycles < least)
      best = tile, least = cycles;
  return best;
}

}  // namespace mobilith
