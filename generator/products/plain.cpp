// One multiplication for each product.
#include <algorithm>

#include "products/coordinates.h"
#include "products/narrowed_input.h"
#include "products/packing.h"
#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

namespace {

void define(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
            const std::vector<Var>& pixel, const PixelInput& floats) {
  const PixelInput input = m.factors == ElementType::f32 ? floats : narrowed_input(s, name, m, pixel, floats);
  s.k = RDom(0, m.in.count, 0, m.multiplier, "k"), s.step = s.k.x;
  const Expr k = s.k.y * m.in.count + s.k.x;
  s.sum(at(o, pixel)) = s.bias(o, 0);
  s.sum(at(o, pixel)) += matrix_weight(s.weights, m, k, o) * input(s.k.x, s.k.y);
  s.value = s.sum(at(o, pixel));
}

// The accumulators, and one of either operand's sides: the weights are held while the pixels are broadcast
// one by one, plus the broadcast itself where the FMA can't read it from memory, plus the product where it
// is no FMA (it takes the place of the weights where these are one vector).
bool fits(const Tile& tile, const Machine& machine) {
  const int operands = tile.vectors + (machine.broadcast_operand ? 0 : 1);
  const int product = machine.fused || tile.vectors == 1 ? 0 : 1;
  return tile.pixels * tile.vectors + operands + product <= machine.registers;
}

// For one k the inner loop loads `vectors` weight vectors, broadcasts `pixels` inputs, and does pixels *
// vectors FMAs. With u vector units of latency l:
//   FMAs      pixels * vectors / 2      two units on every CPU that we know
//   loads     (pixels + vectors) / 2    two 32-byte loads a cycle
//   latency   4                         an accumulator can't be used again sooner: 8 accumulators are needed
//                                       to hide it
// Where a broadcast is an instruction of its own, eight accumulators are too few and loads cost more than
// that: 6 x 2 is 1.13 times as fast as 4 x 2 in blocks of 14x14 pixels, 3 x 3 1.2 times as fast as 14 x 1
// (code for znver3 on znver4).
// Of eight products and fewer a tile's end, its activation and stores, takes as long as its sums. Tiles of
// more than eight accumulators fill the window in which a CPU reorders instructions, so that the next one's
// FMAs don't begin meanwhile: 8 x 1 is up to 1.1 times as fast as 8 x 3 and 24 x 1 (znver4: V2 0.35-128's
// 64x64x8, the network 373 -> 366 us).
TileCost cost(const Tile& tile, const Machine& machine, const Matrix& m) {
  const bool alone = !machine.broadcast_operand;
  TileCost c{tile.pixels * tile.vectors / 2.0, (tile.pixels + tile.vectors) / (alone ? 1.7 : 2.0),
             alone ? 5.25 : 4.0, 1.0};
  // Each stream of weights beyond two costs about a fiftieth more: they lie k vectors apart, which is a
  // power of two too often for the cache's sets (measured on znver3).
  c.memory += 0.02 * std::max(0, tile.vectors - 2);
  const bool shows = machine.broadcast_operand && !machine.element_operand && machine.pair_vectors <= 1;
  if (shows && m.products() <= 8) c.end += 0.5 * std::max(0, tile.pixels * tile.vectors - 8);
  return c;
}

void hold(Pointwise&, const Var&, const std::vector<Var>&, int, int) {}

int fewest_vectors(const Machine&) { return 1; }

}  // namespace

const Scheme& plain_scheme() {
  static const Scheme scheme{.multiplication = Multiplication::plain,
                             .define = define,
                             .bias_rows = 1,
                             .pack = pack_plain,
                             .fits = fits,
                             .cost = cost,
                             .hold = hold,
                             .fewest_vectors = fewest_vectors,
                             .prefetch_lines = 4,
                             .channels_outermost = false,
                             .spread_pixels = false,
                             .products_per_fma = 1};
  return scheme;
}

}  // namespace mobilith
