#include "schedules/tile.h"

#include <algorithm>

namespace mobilith {

// For one k the inner loop loads `vectors` weight vectors, broadcasts `pixels` inputs, and does
// pixels * vectors FMAs. With u vector units of latency l:
//   FMAs      pixels * vectors / 2      two units on every CPU that we know
//   loads     (pixels + vectors) / 2    two 32-byte loads a cycle
//   latency   4                         an accumulator can't be used again sooner: 8 accumulators are needed
//                                       to hide it
// The largest of the three bounds the loop. Registers: the accumulators, and one of either operand's sides:
// the weights are held while the pixels are broadcast one by one, plus the broadcast itself where the FMA
// can't read it from memory.
//
// Paired products (algorithms/paired_products.h) do two FMAs and two additions where others do three FMAs,
// both beside each other: in tiles of one vector, where additions take broadcasts from memory, or of more,
// where they share broadcasts in registers (Machine::pair_vectors). Beside the accumulators, weights and sums
// take eight registers with one vector; with more, two weights for each, two broadcasts and two sums: LLVM
// spills with fewer.
bool fits(const Tile& tile, const Machine& machine, const PointwiseShape& shape) {
  const int accumulators = tile.pixels * tile.vectors;
  if (shape.paired) {
    if (tile.vectors == 1) return accumulators + 8 <= machine.registers;
    return machine.pair_vectors > 1 && accumulators + 2 * tile.vectors + 4 <= machine.registers;
  }
  const int operands = tile.vectors + (machine.broadcast_operand ? 0 : 1);
  // With 16 registers LLVM's allocator spills at exactly 16 with more than one weight vector (4 x 3), not
  // with one (14 x 1).
  const int slack = tile.vectors > 1 && machine.registers == 16 ? 1 : 0;
  return accumulators + operands + slack <= machine.registers;
}

double tile_cycles(const Tile& tile, const Machine& machine, const PointwiseShape& shape, int pixels,
                   int vectors) {
  const int tiles =
      ((pixels + tile.pixels - 1) / tile.pixels) * ((vectors + tile.vectors - 1) / tile.vectors);
  double fmas = tile.pixels * tile.vectors / 2.0, loads = (tile.pixels + tile.vectors) / 2.0, latency = 4.0,
         streams = 1.0;
  if (shape.paired) {
    fmas = tile.pixels * tile.vectors / 3.0, latency = 8.0 / 3;
    // Two broadcasts in the time of a vector's load; or as many, and weights from L2 at 40 bytes a cycle
    // (measured on znver4 and znver5).
    loads = machine.pair_vectors == 1 ? (tile.pixels + 2 * tile.vectors) / 4.0
                                      : std::max((tile.pixels + tile.vectors) / 2.0, 1.6 * tile.vectors);
    // What a tile of pixels reads from beyond L1, each time anew (measured on znver4).
    const double inputs = 4.0 * tile.pixels * shape.products() / static_cast<double>(machine.l1);
    streams += 0.1 * std::max(0.0, inputs - 1.0);
  } else {
    // Each stream of weights beyond two costs about a fiftieth more: they lie k vectors apart, which is a
    // power of two too often for the cache's sets (measured on znver3).
    streams += 0.02 * std::max(0, tile.vectors - 2);
  }
  // Out-of-order execution never overlaps loads and FMAs perfectly: a tenth of the lesser one shows.
  return tiles * streams * (std::max({fmas, loads, latency}) + 0.1 * std::min(fmas, loads));
}

Tile choose_tile(const Machine& machine, const PointwiseShape& shape, int pixels, int vectors) {
  Tile best{1, 1};
  double least = tile_cycles(best, machine, shape, pixels, vectors);
  for (int v = 1; v <= std::min(vectors, 8); v++)
    for (int p = 1; p <= std::min(pixels, machine.registers); p++) {
      const Tile tile{p, v};
      const double cycles = tile_cycles(tile, machine, shape, pixels, vectors);
      if (fits(tile, machine, shape) && cycles < least) best = tile, least = cycles;
    }
  return best;
}

}  // namespace mobilith
