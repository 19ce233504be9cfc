#include "schedules/quantised_tiles.h"

#include <algorithm>

namespace mobilith {

bool quantised_tile_fits(const Tile& tile, const Machine& machine, bool byte_pairs) {
  return tile.pixels * tile.vectors + tile.vectors + (byte_pairs ? 5 : 4) <= machine.registers;
}

double quantised_tile_cost(const Tile& tile, const Machine& machine, const QuantisedWork& work) {
  const double tiles = double(parts(work.pixels, tile.pixels)) * parts(work.vectors, tile.vectors);
  const bool whole = work.elements && tile.pixels % 4 == 0;
  const double read = whole ? tile.pixels / 4.0 : work.elements ? tile.pixels : tile.pixels / 2.0;
  const double made = work.elements ? (whole ? 0 : read) + (machine.like_signs ? read : 0) : 0;
  const double products = tile.pixels * tile.vectors + made, loads = read + tile.vectors;
  const double spill = quantised_tile_fits(tile, machine, work.byte_pairs) ? 0 : 1e3;
  const bool packed = machine.byte_group == 4 && !machine.byte_elements;
  const double packs =
      packed ? 0.4 * tile.vectors * packing(tile.pixels) * (1 + std::max(0.0, products - 8) / 24) : 0;
  return tiles * (work.groups * (std::max({products, loads, 5.0}) + 0.1 * loads + spill) + packs);
}

bool whole_registers(const Tile& tile, bool elements) {
  return !elements || tile.pixels < 4 || tile.pixels % 4 == 0;
}

Tile best_quantised_tile(const Machine& machine, const QuantisedWork& work) {
  Tile best;
  double least = quantised_tile_cost(best, machine, work);
  for (int v = 1; v <= std::min(work.vectors, 6); v++)
    for (int p = 1; p <= std::min(work.pixels, 14); p++)
      if (const Tile tile{p, v};
          quantised_tile_fits(tile, machine, work.byte_pairs) && whole_registers(tile, work.elements))
        if (const double cost = quantised_tile_cost(tile, machine, work); cost < least)
          best = tile, least = cost;
  return best;
}

}  // namespace mobilith
