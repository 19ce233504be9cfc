#include "products/winograd.h"

#include <algorithm>
#include <cmath>

#include "products/coordinates.h"
#include "products/packing.h"
#include "products/registers.h"
#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

namespace {

// The terms x0 x1 of all pairs, less the centre, lane by lane first: whole vectors of a pixel's channels, or
// a group's.
void sum_pairs(Pointwise& s, const std::string& name, int k, const PairedProducts& p, int lanes,
               const std::vector<Var>& pixel, const PixelInput& input) {
  const int pairs = p.pairs();
  if (p.groups > 1) lanes = p.group;
  while (lanes > 2 && p.groups == 1 &&
         (pairs <= lanes / 2 || pairs + (pairs + lanes - 1) / lanes * lanes > k))
    lanes /= 2;
  const Var& lane = s.lane;
  const RDom v(0, (pairs + lanes - 1) / lanes, "v");
  s.pair_lane = RDom(0, lanes, "pair_lane"), s.pair_lanes = Func(name + "pair_lanes");
  Func pair_sum(name + "pair_sum");
  const Expr i = v * (p.groups > 1 ? 3 * lanes : lanes) + lane;
  // 1, -1, 1, ... out of bits, so that the lanes' signs are a constant: Halide would take a select by i % 2
  // apart into even and odd lanes. Zero after the last pair; a product, not a select around the term: see
  // zero_border.
  const Expr odd = (cast<uint32_t>(Expr(0xaaaaaaaau)) >> cast<uint32_t>(lane)) & 1;
  const Expr alternating = reinterpret<float>((odd << 31) | 0x3f800000u);
  const Expr sign = p.groups > 1 ? alternating : alternating * select(i < pairs, 1.0f, 0.0f);
  s.pair_lanes(at(lane, pixel)) = 0.0f;
  s.pair_lanes(at(lane, pixel)) += (input(i, 0) - s.centre(0)) * (input(p.group + i, 0) - s.centre(0)) * sign;
  std::vector<Expr> here(pixel.begin(), pixel.end());
  pair_sum(here) = 0.0f;
  pair_sum(here) += s.pair_lanes(at(s.pair_lane, pixel));
  s.of_pixel = {pair_sum};
}

void define(Pointwise& s, const std::string& name, const Matrix& m, const Var& o,
            const std::vector<Var>& pixel, const PixelInput& input) {
  const PairedProducts p = paired_products(m.in.count, m.pair_group);
  s.centre = dense(name + "centre", {1});
  sum_pairs(s, name, m.in.count, p, m.out.width, pixel, input);
  const int steps = p.group / 2;  // of a group
  s.k = p.groups > 1 ? RDom(0, 4, 0, steps, 0, p.groups, "k") : RDom(0, 4, 0, steps, "k");
  s.step = s.k.y;
  const std::vector<Expr> here = at(o, pixel);
  s.sum(here) = s.bias(o, 0) - s.of_pixel[0](std::vector<Expr>(pixel.begin(), pixel.end()));
  const Expr before = s.sum(here), term = s.k.x;
  const Expr group = p.groups > 1 ? s.k.z * (3 * p.group) : Expr(0);
  const Expr of_group = group + 2 * s.k.y, packed_step = group + s.k.y * paired_step;
  const auto weight = [&](const Expr& packed) { return matrix_weight(s.weights, m, packed, o); };
  // Of a pair, less the centre, which weights of 16 bits can't hold; strictly, or LLVM takes it off each sum.
  const auto centred = [&](const Expr& packed) {
    return m.weights == ElementType::f32 ? weight(packed) : strict_float(weight(packed) - s.centre(0));
  };
  const auto pair = [&](int t) {
    return (input(of_group + t, 0) + centred(packed_step + 2 * t)) *
           (input(p.group + of_group + t, 0) + centred(packed_step + 2 * t + 1));
  };
  const auto single = [&](int t) {
    return input(2 * p.group + of_group + t, 0) * weight(packed_step + 4 + t);
  };
  // Singles between pairs: additions and FMAs are then as many in any stretch of the loop. What is subtracted
  // comes last. LLVM moves it there for some pixels of a tile and not for others, and a pixel that two tiles
  // compute would depend on which of them came last.
  s.sum(here) = select(term == 0, before + pair(0), term == 1, before + single(0), term == 2,
                       before + single(1), before - pair(1));
  if (p.rest > 0) {
    s.rest = RDom(p.inputs(), p.rest, "rest");
    s.sum(here) += weight(s.rest) * input(s.rest, 0);
  }
  s.value = s.sum(here) * s.bias(o, 1) + s.bias(o, 2);
}

std::vector<Packed> pack(const std::vector<float>& kernel, const std::vector<float>& bias, const Matrix& m,
                         const Pairing& pairing) {
  const int in = m.in.count, out = m.out.count;
  const PairedProducts p = paired_products(in, m.pair_group);
  std::vector<float> scaled(kernel.size());
  const size_t stored = size_t(m.out.stored());
  Packed terms(3 * stored, 0.0f);
  for (int o = 0; o < out; o++) {
    const int exponent = pairing.exponents[size_t(o)];
    const double centre{pairing.centre};
    std::vector<double> weight(scaled.size() / size_t(out));  // as they are after rounding: by input, scaled
    for (int packed = 0; packed < in; packed++) {
      const int k = paired_input(p, packed);
      const bool paired = p.paired(k);
      const double sign = paired_sign(p, packed), off = paired ? centre : 0;
      const double exact = std::ldexp(double{kernel[size_t{1} * k * out + o]}, exponent);
      const auto less_centre = static_cast<float>(sign * exact - off);
      scaled[size_t{1} * packed * out + o] =
          m.weights == ElementType::f32 ? less_centre : static_cast<float>(sign * exact);
      weight[size_t(k)] = sign * (double{less_centre} + off);
    }
    double own = 0;  // the terms y0 y1, and what the centre has taken off
    for (int i = 0; i < p.pairs(); i++) {
      const double y0 = weight[size_t(p.first(i))], y1 = weight[size_t(p.second(i))];
      own += (i % 2 == 0 ? 1 : -1) * y0 * y1 - centre * (y0 + y1);
    }
    // Half of it at the sum's beginning, half at its end, so that the way between them is around zero.
    const double all = std::ldexp(double{bias[size_t(o)]}, exponent) - own;
    const double middle = std::ldexp(pairing.values[size_t(o)], exponent);
    terms[size_t(o)] = static_cast<float>((all - middle) / 2);
    terms[stored + size_t(o)] = std::ldexp(1.0f, -exponent);
    terms[2 * stored + size_t(o)] = static_cast<float>(std::ldexp(all - double{terms[size_t(o)]}, -exponent));
  }
  return {pack_matrix(scaled, in, m.out), terms, {pairing.centre}};
}

// Two FMAs and two additions where others do three FMAs, both beside each other: in tiles of one vector,
// where additions take broadcasts from memory, or of more, where they share broadcasts in registers
// (Machine::pair_vectors). Beside the accumulators, weights and sums take eight registers with one vector;
// with more, two weights for each, two broadcasts and two sums: LLVM spills with fewer.
bool fits(const Tile& tile, const Machine& machine) {
  const int accumulators = tile.pixels * tile.vectors;
  if (tile.vectors == 1) return accumulators + 8 <= machine.registers;
  return machine.pair_vectors > 1 && accumulators + 2 * tile.vectors + 4 <= machine.registers;
}

TileCost cost(const Tile& tile, const Machine& machine, const Matrix& m) {
  TileCost c{tile.pixels * tile.vectors / 3.0, 0, 8.0 / 3, 1};
  // Two broadcasts in the time of a vector's load; or as many, and weights from L2 at 40 bytes a cycle
  // (measured on znver4 and znver5).
  c.loads = machine.pair_vectors == 1 ? (tile.pixels + 2 * tile.vectors) / 4.0
                                      : std::max((tile.pixels + tile.vectors) / 2.0, 1.6 * tile.vectors);
  // What a tile of pixels reads from beyond L1, each time anew (measured on znver4).
  const double inputs = double(bytes_of(m.in.type)) * tile.pixels * m.products() / double(machine.l1);
  c.memory += 0.1 * std::max(0.0, inputs - 1.0);
  return c;
}

void hold(Pointwise& s, const Var& channel, const std::vector<Var>& pixels, int width, int vectors) {
  // The terms of a step follow each other for each pixel; with several vectors, for all pixels: so that only
  // one term's weights are held at once.
  if (vectors == 1) {
    std::vector<RVar> steps{s.k.y};
    if (s.k.dimensions() > 2) steps.push_back(s.k.z);
    std::vector<VarOrRVar> order = tile_loops(channel, pixels, steps);
    order.insert(order.begin() + 1, s.k.x);
    s.sum.update().reorder(order);
  }
  s.sum.update().unroll(s.k.x);
  if (s.rest.defined()) {
    hold_update(s.sum.update(1), tile_loops(channel, pixels, {s.rest.x}), channel, pixels, width);
    s.sum.update(1).unroll(s.rest.x);
  }
  const int pair_lanes = static_cast<int>(*Internal::as_const_int(s.pair_lane.x.extent()));
  Func& pair_sum = s.of_pixel[0];
  s.pair_lanes.compute_at(pair_sum, pixels.front()).vectorize(s.lane, pair_lanes);
  s.pair_lanes.update().vectorize(s.lane, pair_lanes);
  pair_sum.update().atomic().vectorize(s.pair_lane.x, pair_lanes);
}

int fewest_vectors(const Machine& machine) { return machine.pair_vectors; }

}  // namespace

const Scheme& winograd_scheme() {
  // A step does six products for each output, a plain one does one. Up to 12 lines were measured (V2 1.0's
  // head, znver4: 490 us -> 351). Channels outermost: 1.1 to 1.3 times as fast (znver4).
  static const Scheme scheme{.multiplication = Multiplication::winograd,
                             .define = define,
                             .bias_rows = 3,
                             .pack = pack,
                             .fits = fits,
                             .cost = cost,
                             .hold = hold,
                             .fewest_vectors = fewest_vectors,
                             .prefetch_lines = 12,
                             .channels_outermost = true,
                             .spread_pixels = true,
                             .products_per_fma = 1.5};
  return scheme;
}

}  // namespace mobilith
