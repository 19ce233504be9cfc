#include "schedules/pixels.h"

namespace mobilith {
using namespace Halide;

namespace {

// One update of the accumulators; order: of the loops inside a tile, from the innermost on.
void hold_in_registers(Stage update, const std::vector<VarOrRVar>& order, const Var& channel,
                       const std::vector<Var>& pixels, int lanes) {
  update.reorder(order).vectorize(channel, lanes).unroll(channel);
  for (const Var& pixel : pixels) update.unroll(pixel);
}

std::vector<VarOrRVar> loops(const Var& channel, const std::vector<Var>& pixels, const std::vector<RVar>& k) {
  std::vector<VarOrRVar> order{channel};
  order.insert(order.end(), pixels.begin(), pixels.end());
  order.insert(order.end(), k.begin(), k.end());
  return order;
}

}  // namespace

void hold_in_registers(Func& sum, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, const std::vector<RVar>& k, int lanes, int vectors) {
  sum.compute_at(at, loop).bound_extent(channel, vectors * lanes);
  sum.vectorize(channel, lanes).unroll(channel);
  for (const Var& pixel : pixels) sum.unroll(pixel);
  hold_in_registers(sum.update(), loops(channel, pixels, k), channel, pixels, lanes);
}

void hold_in_registers(Pointwise& s, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, int lanes, int vectors) {
  hold_in_registers(s.sum, at, loop, channel, pixels, {s.k.x, s.k.y}, lanes, vectors);
  if (!s.paired) return;
  // The terms of a step follow each other for each pixel; with several vectors, for all pixels: so that only
  // one term's weights are held at once.
  if (vectors == 1) {
    std::vector<VarOrRVar> order = loops(channel, pixels, {s.k.y});
    order.insert(order.begin() + 1, s.k.x);
    s.sum.update().reorder(order);
  }
  s.sum.update().unroll(s.k.x);
  if (s.rest.defined()) {
    hold_in_registers(s.sum.update(1), loops(channel, pixels, {s.rest.x}), channel, pixels, lanes);
    s.sum.update(1).unroll(s.rest.x);
  }
  const int pair_lanes = static_cast<int>(*Internal::as_const_int(s.pair_lane.x.extent()));
  s.pair_lanes.compute_at(s.pair_sum, pixels.front()).vectorize(s.lane, pair_lanes);
  s.pair_lanes.update().vectorize(s.lane, pair_lanes);
  s.pair_sum.update().atomic().vectorize(s.pair_lane.x, pair_lanes);
}

void spread_pixels(Func& f, const Var& channel, int channels) {
  constexpr int line = 16;  // floats
  const int lines = (channels + line - 1) / line;
  if (lines >= 8 && lines % 2 == 0) f.align_storage(channel, (lines + 1) * line);
}

Tile depthwise_tile(const Window& w, const Machine& machine, int vectors, int pixels) {
  if (w.stride == 1) return {std::min(w.out_width, pixels), 1};
  if (machine.pair_vectors < 2 || vectors % 2 != 0) return {std::min(w.out_width, 2), 1};
  const int parts = (w.out_width + 6) / 7;  // of at most seven pixels, as even as they can be
  return {(w.out_width + parts - 1) / parts, 2};
}

int divisor_below(int n, int most) {
  for (int d = std::min(n, most); d > 1; d--)
    if (n % d == 0) return d;
  return 1;
}

std::vector<nlohmann::json> divisors(int n, int most) {
  std::vector<nlohmann::json> values;
  for (int d = 1; d <= std::min(n, most); d++)
    if (n % d == 0) values.emplace_back(d);
  return values;
}

std::vector<nlohmann::json> up_to(int n) {
  std::vector<nlohmann::json> values;
  for (int i = 1; i <= n; i++) values.emplace_back(i);
  return values;
}

std::vector<nlohmann::json> asking(bool by_default) {
  if (by_default) return {true};
  return {false, true};
}

std::vector<nlohmann::json> tiles(const Machine& machine, const PointwiseShape& shape, int pixels,
                                  int vectors) {
  std::vector<nlohmann::json> values;
  for (int v = 1; v <= std::min(vectors, 8); v++)
    for (int p = 1; p <= std::min(pixels, machine.registers); p++)
      if (const Tile tile{p, v}; fits(tile, machine, shape)) values.emplace_back(tile);
  return values;
}

}  // namespace mobilith
