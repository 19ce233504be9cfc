#include "schedules/pixels.h"

namespace mobilith {
using namespace Halide;

void hold_in_registers(Func& sum, Func& at, const Var& loop, const Var& channel,
                       const std::vector<Var>& pixels, const std::vector<RVar>& k, int lanes, int vectors) {
  sum.compute_at(at, loop).bound_extent(channel, vectors * lanes);
  sum.vectorize(channel, lanes).unroll(channel);
  std::vector<VarOrRVar> order{channel};
  for (const Var& pixel : pixels) order.emplace_back(pixel);
  for (const RVar& r : k) order.emplace_back(r);
  sum.update().reorder(order).vectorize(channel, lanes).unroll(channel);
  for (const Var& pixel : pixels) sum.unroll(pixel), sum.update().unroll(pixel);
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

std::vector<nlohmann::json> tiles(const Machine& machine, int pixels, int vectors) {
  std::vector<nlohmann::json> values;
  for (int v = 1; v <= std::min(vectors, 8); v++)
    for (int p = 1; p <= std::min(pixels, machine.registers); p++)
      if (const Tile tile{p, v}; fits(tile, machine)) values.emplace_back(tile);
  return values;
}

}  // namespace mobilith
