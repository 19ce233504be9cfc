#include "schedules/tile.h"

#include <algorithm>

namespace mobilith {

// For one k the inner loop loads `vectors` weight vectors, broadcasts `pixels` inputs, and does pixels *
// vectors FMAs. With u vector units of latency l:
//   FMAs      pixels * vectors / 2      two units on every CPU that we know
//   loads     (pixels + vectors) / 2    two 32-byte loads a cycle
//   latency   4                         an accumulator can't be used again sooner: 8 accumulators are needed
//   to hide it
// The largest of the three bounds the loop. Registers: the accumulators, and one of either operand's sides:
// the weights are held while the pixels are broadcast one by one, plus the broadcast itself where the FMA
// can't read it from memory.
bool fits(const Tile& tile, const Machine& machine) {
  const int accumulators = tile.pixels * tile.vectors;
  const int operands = tile.vectors + (machine.broadcast_operand ? 0 : 1);
  // With 16 registers LLVM's allocator spills at exactly 16 with more than one weight vector (4 x 3), not
  // with one (14 x 1).
  const int slack = tile.vectors > 1 && machine.registers == 16 ? 1 : 0;
  if (machine.paired_products && tile.vectors == 1) return accumulators + 6 <= machine.registers;
  return accumulators + operands + slack <= machine.registers;
}

double tile_cycles(const Tile& tile, const Machine& machine, int pixels, int vectors) {
  const bool paired = machine.paired_products && tile.vectors == 1;
  const double fmas = tile.pixels * tile.vectors / (paired ? 3.0 : 2.0),
               loads = paired ? (tile.pixels + 2) / 4.0 : (tile.pixels + tile.vectors) / 2.0,
               latency = paired ? 2.7 : 4.0;
  const int tiles =
      ((pixels + tile.pixels - 1) / tile.pixels) * ((vectors + tile.vectors - 1) / tile.vectors);
  // Out-of-order execution never overlaps loads and FMAs perfectly: a tenth of the lesser one shows. Each
  // stream of weights beyond two costs about a fiftieth more: they lie k vectors apart, which is a power of
  // two too often for the cache's sets (measured on znver3).
  const double streams = 1.0 + 0.02 * std::max(0, tile.vectors - 2);
  return tiles * streams * (std::max({fmas, loads, latency}) + 0.1 * std::min(fmas, loads));
}

Tile choose_tile(const Machine& machine, int pixels, int vectors) {
  Tile best{1, 1};
  double least = tile_cycles(best, machine, pixels, vectors);
  for (int v = 1; v <= std::min(vectors, 8); v++)
    for (int p = 1; p <= std::min(pixels, machine.registers); p++) {
      const Tile tile{p, v};
      const double cycles = tile_cycles(tile, machine, pixels, vectors);
      if (fits(tile, machine) && cycles < least) best = tile, least = cycles;
    }
  return best;
}

}  // namespace mobilith
