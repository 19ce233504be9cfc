#include "algorithms/pointwise.h"

#include "algorithms/paired_products.h"
#include "algorithms/params.h"
#include "algorithms/shapes.h"

namespace mobilith {
using namespace Halide;

namespace {

using Input = std::function<Expr(Expr c, Expr j)>;

std::vector<Expr> at(const Expr& first, const std::vector<Var>& pixel) {
  std::vector<Expr> coordinates{first};
  coordinates.insert(coordinates.end(), pixel.begin(), pixel.end());
  return coordinates;
}

void sum_products(Pointwise& s, const PointwiseShape& shape, const Var& o, const std::vector<Var>& pixel,
                  const std::function<Expr(Expr)>& weight, const Input& input) {
  s.k = RDom(0, shape.in_channels, 0, shape.multiplier, "k"), s.step = s.k.x;
  s.sum(at(o, pixel)) = s.bias(o, 0);
  s.sum(at(o, pixel)) += weight(s.k.y * shape.in_channels + s.k.x) * input(s.k.x, s.k.y);
  s.value = s.sum(at(o, pixel));
}

// The terms x0 x1 of all pairs, less the centre, lane by lane first: whole vectors of a pixel's channels.
void sum_pairs(Pointwise& s, const std::string& name, int k, int lanes, const std::vector<Var>& pixel,
               const Input& input) {
  const int pairs = paired_products(k).pairs;
  while (lanes > 2 && (pairs <= lanes / 2 || pairs + round_up(pairs, lanes) > k)) lanes /= 2;
  const Var& lane = s.lane;
  const RDom v(0, (pairs + lanes - 1) / lanes, "v");
  s.paired = true, s.pair_lane = RDom(0, lanes, "pair_lane");
  s.pair_lanes = Func(name + "pair_lanes"), s.pair_sum = Func(name + "pair_sum");
  const Expr i = v * lanes + lane;
  // 1, -1, 1, ... out of bits, so that the lanes' signs are a constant: Halide would take a select by i % 2
  // apart into even and odd lanes. Zero after the last pair; a product, not a select around the term: see
  // zero_border.
  const Expr odd = (cast<uint32_t>(Expr(0xaaaaaaaau)) >> cast<uint32_t>(lane)) & 1;
  const Expr sign = reinterpret<float>((odd << 31) | 0x3f800000u) * select(i < pairs, 1.0f, 0.0f);
  s.pair_lanes(at(lane, pixel)) = 0.0f;
  s.pair_lanes(at(lane, pixel)) += (input(i, 0) - s.centre(0)) * (input(pairs + i, 0) - s.centre(0)) * sign;
  std::vector<Expr> here(pixel.begin(), pixel.end());
  s.pair_sum(here) = 0.0f;
  s.pair_sum(here) += s.pair_lanes(at(s.pair_lane, pixel));
}

void sum_paired_products(Pointwise& s, const std::string& name, const PointwiseShape& shape, int lanes,
                         const Var& o, const std::vector<Var>& pixel, const std::function<Expr(Expr)>& weight,
                         const Input& input) {
  const PairedProducts p = paired_products(shape.in_channels);
  sum_pairs(s, name, shape.in_channels, lanes, pixel, input);
  s.k = RDom(0, 4, 0, p.steps(), "k"), s.step = s.k.y;
  const std::vector<Expr> here = at(o, pixel);
  s.sum(here) = s.bias(o, 0) - s.pair_sum(std::vector<Expr>(pixel.begin(), pixel.end()));
  const Expr before = s.sum(here), step = s.k.y, term = s.k.x;
  const auto pair = [&](int t) {
    return (input(2 * step + t, 0) + weight(step * paired_step + 2 * t)) *
           (input(p.pairs + 2 * step + t, 0) + weight(step * paired_step + 2 * t + 1));
  };
  const auto single = [&](int t) {
    return input(2 * p.pairs + 2 * step + t, 0) * weight(step * paired_step + 4 + t);
  };
  // Pairs and singles by turns: additions and FMAs are then as many in any stretch of the loop.
  s.sum(here) = select(term == 0, before + pair(0), term == 1, before + single(0), term == 2,
                       before - pair(1), before + single(1));
  if (p.rest > 0) {
    s.rest = RDom(3 * p.pairs, p.rest, "rest");
    s.sum(here) += weight(s.rest) * input(s.rest, 0);
  }
  s.value = s.sum(here) * s.bias(o, 1) + s.bias(o, 2);
}

}  // namespace

Pointwise pointwise(const std::string& name, const PointwiseShape& shape, int lanes, const Var& o,
                    const std::vector<Var>& pixel, const Input& input) {
  const int k = shape.in_channels * shape.multiplier, out_lanes = vector_lanes(shape.out_channels, lanes);
  Pointwise s;
  s.weights = pointwise_weights(name + "weights", lanes, k, shape.out_channels);
  s.bias = dense(name + "bias", {stored_channels(shape.out_channels, lanes), shape.paired ? 3 : 1});
  if (shape.paired) s.centre = dense(name + "centre", {1});
  s.sum = Func(name + "sum");
  const auto weight = [&](const Expr& packed) { return s.weights(o % out_lanes, packed, o / out_lanes); };
  if (shape.paired)
    sum_paired_products(s, name, shape, lanes, o, pixel, weight, input);
  else
    sum_products(s, shape, o, pixel, weight, input);
  return s;
}

}  // namespace mobilith
