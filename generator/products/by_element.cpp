// One multiplication for each product, where an instruction takes an element of a register as its factor
// (AArch64's FMLA by element): a load brings several inputs of a pixel, in place of one load for each. An
// element is an input (FMLA), an input of f16 (FMLAL, to sums of f32), or two of bf16 (BFDOT).
#include <algorithm>

#include "layout/instructions.h"
#include "products/coordinates.h"
#include "products/narrowed_input.h"
#include "products/packing.h"
#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

namespace {

// A pixel's elements, `count` for each multiplier, in runs of what a register holds.
struct Runs {
  int count, elements;
  int together;  // runs in a step of the loop
};

// The most elements of a register, a power of two up to `most`, that come out even.
int elements_of_run(int count, int most) {
  while (count % most != 0) most /= 2;
  return most;
}

// element: (c, j). added: sum, element, k, to the sum.
template <typename Added>
void define_runs(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
                 const std::vector<Var>& pixel, const Runs& runs, const PixelInput& element, Added added) {
  const int steps = runs.count / runs.elements / runs.together;
  s.k = RDom(0, runs.elements, 0, runs.together, 0, steps, 0, m.multiplier, "k"), s.step = s.k.z;
  const Expr channel = (s.k.z * runs.together + s.k.y) * runs.elements + s.k.x,
             k = s.k.w * runs.count + channel;
  s.elements = Func(name + "elements");
  std::vector<Var> of_run = pixel;
  of_run.push_back(s.run);
  s.elements(at(s.lane, of_run)) = element(s.lane, s.run);
  std::vector<Expr> here = at(channel, pixel);
  here.push_back(s.k.w);
  s.sum(at(o, pixel)) = s.bias(o, 0);
  s.sum(at(o, pixel)) = added(s.sum(at(o, pixel)), s.elements(here), k);
  s.value = s.sum(at(o, pixel));
}

// Two runs in a step of the loop, if it comes out even: half of what counts and jumps.
void define(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
            const std::vector<Var>& pixel, const PixelInput& floats) {
  const PixelInput input = m.factors == ElementType::f32 ? floats : narrowed_input(s, name, m, pixel, floats);
  define_runs(s, name, m, o, pixel, {m.in.count, elements, m.in.count / elements % 2 == 0 ? 2 : 1}, input,
              [&](const Expr& sum, const Expr& element, const Expr& k) -> Expr {
                return sum + matrix_weight(s.weights, m, k, o) * element;
              });
}

// A vector's bits: nothing of f16 and bf16 is computed but by the instruction.
Expr bits_of(const Expr& half) { return reinterpret<uint16_t>(half); }

void define_halves(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
                   const std::vector<Var>& pixel, const PixelInput& floats) {
  const PixelInput input = narrowed_input(s, name, m, pixel, floats);
  define_runs(
      s, name, m, o, pixel, {m.in.count, elements_of_run(m.in.count, 8), 1},
      [&](const Expr& c, const Expr& j) -> Expr { return bits_of(input(c, j)); },
      [&](const Expr& sum, const Expr& element, const Expr& k) -> Expr {
        return instructions::fma_of_f16(sum, element,
                                        bits_of(s.weights(o % m.out.width, k, o / m.out.width)));
      });
}

// An odd last input has a weight of zero beside it, and what lies behind the last channel, which is finite.
void define_dots(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
                 const std::vector<Var>& pixel, const PixelInput& floats) {
  const PixelInput input = narrowed_input(s, name, m, pixel, floats);
  const int pairs = m.dots() / m.multiplier;
  define_runs(
      s, name, m, o, pixel, {pairs, elements_of_run(pairs, 4), 1},
      [&](const Expr& pair, const Expr& j) -> Expr {
        return concat_bits({bits_of(input(2 * pair, j)), bits_of(input(2 * pair + 1, j))});
      },
      [&](const Expr& sum, const Expr& element, const Expr& k) -> Expr {
        return instructions::dot_of_bf16(sum, element, s.weights(o % m.out.width, k, o / m.out.width));
      });
}

// The accumulators, a step's runs of all pixels, because LLVM loads them in pairs, and the weights of one
// product; two more for weights that are loaded ahead. With fewer it spills (8 x 2), or accumulators wander
// through the registers (10 x 2).
bool fits_runs(const Tile& tile, const Machine& machine, int together) {
  constexpr int ahead = 2;
  return tile.pixels * tile.vectors + together * tile.pixels + tile.vectors + ahead <= machine.registers;
}

bool fits(const Tile& tile, const Machine& machine) { return fits_runs(tile, machine, 2); }
bool fits_one(const Tile& tile, const Machine& machine) { return fits_runs(tile, machine, 1); }

// As plain products, but for the loads of pixels, of which one brings `loaded` products. Two loads of a
// vector a cycle. at_once: products of one instruction for each output.
TileCost cost_of(const Tile& tile, double loaded, double at_once) {
  return {tile.pixels * tile.vectors / 2.0 / at_once, (tile.pixels / loaded + tile.vectors / at_once) / 2.0,
          4.0 / at_once, 1.0};
}

// Streams of weights: plain.cpp.
TileCost with_streams(const Tile& tile, TileCost c) {
  c.memory += 0.02 * std::max(0, tile.vectors - 2);
  return c;
}

// A load takes a part of an FMA's place: small cores issue two or three instructions a cycle. With streams'
// cost in place of that, tiles were 4 x 2, 1.41 instructions an FMA, where 4 x 4 has 1.33 (V1 0.25). Not of
// a single step, which is no loop: LLVM loads all of its weights first, and larger tiles spill (46 of 36
// FMAs).
TileCost cost(const Tile& tile, const Machine&, const Matrix& m) {
  TileCost c = cost_of(tile, elements, 1);
  if (m.in.count <= 2 * elements) return with_streams(tile, c);
  c.fmas += 0.3 * c.loads;
  return c;
}

TileCost cost_of_halves(const Tile& tile, const Machine&, const Matrix&) {
  return with_streams(tile, cost_of(tile, 8, 1));
}
TileCost cost_of_dots(const Tile& tile, const Machine&, const Matrix&) {
  return with_streams(tile, cost_of(tile, 8, 2));
}

void hold(Pointwise& s, const Var&, const std::vector<Var>& pixels, int, int) {
  s.sum.update().unroll(s.k.x).unroll(s.k.y);
  const auto run = static_cast<int>(*Internal::as_const_int(s.k[0].extent()));
  s.elements.compute_at(s.sum, s.k.y).vectorize(s.lane, run);
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

const Scheme& halves_by_element_scheme() {
  static const Scheme scheme = [] {
    Scheme s = by_element_scheme();
    s.multiplication = Multiplication::halves_by_element;
    s.define = define_halves, s.fits = fits_one, s.cost = cost_of_halves;
    return s;
  }();
  return scheme;
}

const Scheme& dots_by_element_scheme() {
  static const Scheme scheme = [] {
    Scheme s = by_element_scheme();
    s.multiplication = Multiplication::dots_by_element;
    s.define = define_dots, s.fits = fits_one, s.cost = cost_of_dots, s.pack = pack_pairs,
    s.products_per_fma = 2;
    return s;
  }();
  return scheme;
}

}  // namespace mobilith
