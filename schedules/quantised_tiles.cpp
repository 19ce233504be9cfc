#include "schedules/quantised_tiles.h"

#include <algorithm>

namespace mobilith {

bool quantised_tile_fits(const Tile& tile, const Machine& machine) {
  return tile.pixels * tile.vectors + tile.vectors + 4 <= machine.registers;
}

double quantised_tile_cost(const Tile& tile, const Machine& machine, int pixels, int vectors, bool elements) {
  const double tiles = double(parts(pixels, tile.pixels)) * parts(vectors, tile.vectors);
  const bool whole = elements && tile.pixels % 4 == 0;
  const double read = whole ? tile.pixels / 4.0 : elements ? tile.pixels : tile.pixels / 2.0;
  const double made = elements ? (whole ? 0 : read) + (machine.like_signs ? read : 0) : 0;
  const double products = tile.pixels * tile.vectors + made, loads = read + tile.vectors;
  const double spill = quantised_tile_fits(tile, machine) ? 0 : 1e3;
  return tiles * (std::max({products, loads, 5.0}) + 0.1 * loads + spill);
}

bool whole_registers(const Tile& tile, bool elements) {
  return !elements || tile.pixels < 4 || tile.pixels % 4 == 0;
}

Tile best_quantised_tile(const Machine& machine, int pixels, int vectors, bool elements) {
  Tile best;
  double least = quantised_tile_cost(best, machine, pixels, vectors, elements);
  for (int v = 1; v <= std::min(vectors, 6); v++)
    for (int p = 1; p <= std::min(pixels, 14); p++)
      if (const Tile tile{p, v}; quantised_tile_fits(tile, machine) && whole_registers(tile, elements))
        if (const double cost = quantised_tile_cost(tile, machine, pixels, vectors, elements); cost < least)
          best = tile, least = cost;
  return best;
}

}  // namespace mobilith
