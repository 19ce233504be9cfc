// Products of bf16: one instruction (vdpbf16ps) multiplies two inputs of a pixel with their weights and adds
// both products to a float. Inputs of a pair are neighbours, so that a broadcast of 32 bits brings both;
// their weights lie beside each other for each output.
#include <algorithm>

#include "products/coordinates.h"
#include "products/narrowed_input.h"
#include "products/packing.h"
#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

namespace {

// An odd number of inputs is filled up with what lies behind the last channel, which is finite, and a weight
// of zero.
void define(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
            const std::vector<Var>& pixel, const PixelInput& floats) {
  const PixelInput input = narrowed_input(s, name, m, pixel, floats);
  const int pairs = m.dots() / m.multiplier;
  s.k = RDom(0, 2, 0, pairs, 0, m.multiplier, "k"), s.step = s.k.y;
  const Expr weight = s.weights(s.k.x, o % m.out.width, s.k.z * pairs + s.k.y, o / m.out.width);
  s.sum(at(o, pixel)) = s.bias(o, 0);
  s.sum(at(o, pixel)) += cast<float>(weight) * cast<float>(input(2 * s.k.y + s.k.x, s.k.z));
  s.value = s.sum(at(o, pixel));
}

}  // namespace

std::vector<Packed> pack_pairs(const std::vector<float>& kernel, const std::vector<float>& bias,
                               const Matrix& m, const Pairing&) {
  const Channels& out = m.out;
  const int dots = m.dots(), pairs = dots / m.multiplier;
  Packed packed(size_t{2} * dots * out.stored(), 0.0f);
  for (int j = 0; j < m.multiplier; j++)
    for (int c = 0; c < m.in.count; c++)
      for (int o = 0; o < out.count; o++) {
        const size_t pair = size_t(o / out.width) * dots + j * pairs + c / 2;
        packed[(pair * out.width + o % out.width) * 2 + c % 2] =
            kernel[(size_t(j) * m.in.count + c) * out.count + o];
      }
  return {packed, pack_channels(bias, out)};
}

namespace {

// Half of plain products' for each k, so a quarter of a cycle an instruction. An accumulator can't be used
// again for six cycles. A broadcast takes 1.3 (28 x 1: 1.35 cycles a dot, 4 x 4 1.00). A tile ends in bounds
// and a store of two cycles an accumulator; more than 16 of them fill the scheduler, and the next tile waits
// (znver4, loops in L1 of 8 to 256 pairs). Weights of a few kilobytes are no streams. A vector of half the
// width takes half where the machine says so, but for its loads.
TileCost cost(const Tile& tile, const Machine& machine, const Matrix& m) {
  const int sums = tile.pixels * tile.vectors;
  const double part = machine.half_vectors && m.out.width < machine.lanes ? 0.5 : 1;
  TileCost c{part * sums / 4.0, 1.3 * (tile.pixels + tile.vectors) / 4.0, 3.0, 1.0};
  c.end = (1.6 * sums + std::max(0, sums - 16)) / 4.0 / m.dots();
  const int64_t weights = int64_t{4} * m.out.width * tile.vectors * m.dots();
  if (weights > machine.l1 / 8) c.memory += 0.02 * std::max(0, tile.vectors - 2);  // plain.cpp
  return c;
}

}  // namespace

const Scheme& dots_scheme() {
  static const Scheme scheme = [] {
    Scheme s = plain_scheme();
    s.multiplication = Multiplication::dots;
    s.define = define, s.pack = pack_pairs, s.cost = cost, s.sums_groups = true, s.products_per_fma = 2;
    return s;
  }();
  return scheme;
}

}  // namespace mobilith
