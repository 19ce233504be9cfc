#include "products/registers.h"

#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

void hold_update(Stage update, const std::vector<VarOrRVar>& order, const Var& channel,
                 const std::vector<Var>& pixels, int width) {
  update.reorder(order).vectorize(channel, width).unroll(channel);
  for (const Var& pixel : pixels) update.unroll(pixel);
}

std::vector<VarOrRVar> tile_loops(const Var& channel, const std::vector<Var>& pixels,
                                  const std::vector<RVar>& k) {
  std::vector<VarOrRVar> order{channel};
  order.insert(order.end(), pixels.begin(), pixels.end());
  order.insert(order.end(), k.begin(), k.end());
  return order;
}

namespace {

void hold_accumulators(Func& sum, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, int width, int vectors) {
  sum.compute_at(at, loop).bound_extent(channel, vectors * width);
  sum.vectorize(channel, width).unroll(channel);
  for (const Var& pixel : pixels) sum.unroll(pixel);
}

}  // namespace

void hold_in_registers(Func& sum, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, const std::vector<RVar>& k, int width, int vectors) {
  hold_accumulators(sum, at, loop, channel, pixels, width, vectors);
  hold_update(sum.update(), tile_loops(channel, pixels, k), channel, pixels, width);
}

void hold_in_registers(Pointwise& s, const Matrix& m, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, int vectors) {
  std::vector<RVar> k;
  for (int i = 0; i < s.k.dimensions(); i++) k.push_back(s.k[i]);
  if (scheme_of(m).sums_groups) {
    hold_accumulators(s.sum, at, loop, channel, pixels, m.out.width, vectors);
    std::vector<VarOrRVar> order = tile_loops(channel, pixels, {k.begin() + 1, k.end()});
    order.insert(order.begin(), k.front());
    Stage update = s.sum.update();
    update.reorder(order).atomic().vectorize(k.front()).vectorize(channel, m.out.width).unroll(channel);
    for (const Var& pixel : pixels) update.unroll(pixel);
  } else {
    hold_in_registers(s.sum, at, loop, channel, pixels, k, m.out.width, vectors);
  }
  scheme_of(m).hold(s, channel, pixels, m.out.width, vectors);
}

}  // namespace mobilith
