// One multiplication for each product, where an FMA takes an element of a register as its factor (AArch64's
// FMLA by element): a load brings four inputs of a pixel, in place of one load for each.
#include <algorithm>

#include "products/coordinates.h"
#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

namespace {

void define(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
            const std::vector<Var>& pixel, const PixelInput& input) {
  // Two runs in a step of the loop, if it comes out even: half of what counts and jumps.
  const int runs = m.in.count / elements, together = runs % 2 == 0 ? 2 : 1;
  s.k = RDom(0, elements, 0, together, 0, runs / together, 0, m.multiplier, "k"), s.step = s.k.z;
  const Expr channel = (s.k.z * together + s.k.y) * elements + s.k.x, k = s.k.w * m.in.count + channel;
  s.elements = Func(name + "elements");
  std::vector<Var> of_run = pixel;
  of_run.push_back(s.run);
  s.elements(at(s.lane, of_run)) = input(s.lane, s.run);
  std::vector<Expr> here = at(channel, pixel);
  here.push_back(s.k.w);
  s.sum(at(o, pixel)) = s.bias(o, 0);
  s.sum(at(o, pixel)) += matrix_weight(s.weights, m, k, o) * s.elements(here);
  s.value = s.sum(at(o, pixel));
}

// The accumulators, two runs of all pixels, because LLVM loads them in pairs, and the weights of one product;
// two more for weights that are loaded ahead. With fewer it spills (8 x 2), or accumulators wander through
// the registers (10 x 2).
bool fits(const Tile& tile, const Machine& machine) {
  constexpr int ahead = 2;
  return tile.pixels * tile.vectors + 2 * tile.pixels + tile.vectors + ahead <= machine.registers;
}

// As plain products, but for a quarter of the loads of pixels. Two loads of a vector a cycle.
TileCost cost(const Tile& tile, const Machine&, const Matrix&) {
  TileCost c{tile.pixels * tile.vectors / 2.0, (double(tile.pixels) / elements + tile.vectors) / 2.0, 4.0,
             1.0};
  c.memory += 0.02 * std::max(0, tile.vectors - 2);  // streams of weights: plain.cpp
  return c;
}

void hold(Pointwise& s, const Var&, const std::vector<Var>& pixels, int, int) {
  s.sum.update().unroll(s.k.x).unroll(s.k.y);
  s.elements.compute_at(s.sum, s.k.y).vectorize(s.lane, elements);
  for (const Var& pixel : pixels) s.elements.unroll(pixel);
}

}  // namespace

const Scheme& by_element_scheme() {
  static const Scheme scheme = [] {
    Scheme s = plain_scheme();
    s.multiplication = Multiplication::by_element;
    s.define = define, s.fits = fits, s.cost = cost, s.hold = hold;
    return s;
  }();
  return scheme;
}

}  // namespace mobilith
