#include "schedules/axes.h"

#include <algorithm>
#include <limits>

#include "products/scheme.h"

namespace mobilith {
using namespace Halide;

bool of_dots(const Machine& machine) { return machine.bf16_products && !machine.element_operand; }

bool loads_each_factor(const Machine& machine) {
  return !machine.broadcast_operand && !machine.element_operand;
}

bool pairs_in_wide_tiles(const Machine& machine) {
  return machine.pair_vectors > 1 && !pairs_in_few_registers(machine);
}

void spread_pixels(Func& f, const Var& channel, int channels) {
  constexpr int line = 16;  // floats
  const int lines = (channels + line - 1) / line;
  if (lines >= 8 && lines % 2 == 0) f.align_storage(channel, (lines + 1) * line);
}

namespace {

// Of the image, by so many neighbouring outputs.
int pixels_read(const Window& w, int outputs) {
  return w.kernel_height * ((outputs - 1) * w.stride_x() + w.kernel_width);
}

// A row of at most two tiles of pixels.
bool has_two_tiles(const Window& w, int pixels) { return w.out_width <= 2 * pixels; }

}  // namespace

void unroll_sides(Func& depthwise, const Var& tiles, const Window& w, int pixels, const Machine& machine) {
  if (w.out_width > pixels && has_two_tiles(w, pixels) && machine.vector_operand) depthwise.unroll(tiles);
}

void sweep_depthwise(Func& f, const Var& ci, const Var& xi, const Var& xo, const std::vector<Var>& around,
                     const Tile& tile, int lanes, const Window& w, int64_t pixel_bytes,
                     const Machine& machine) {
  const bool few_registers =
      loads_each_factor(machine) && (w.taps() + tile.pixels) * tile.vectors > machine.registers;
  const bool in_turn = few_registers && tile.pixels > 1 && tile.vectors > 1 &&
                       !has_two_tiles(w, tile.pixels) &&
                       pixels_read(w, tile.pixels) * pixel_bytes <= machine.l1;
  Var lane("dlane");
  std::vector<VarOrRVar> order{ci, xi, xo};
  if (in_turn) order = {lane, xi, ci, xo};
  order.insert(order.end(), around.begin(), around.end());
  if (in_turn)
    f.split(ci, ci, lane, lanes).reorder(order).vectorize(lane).unroll(xi);
  else
    f.reorder(order).vectorize(ci, lanes).unroll(ci).unroll(xi);
  unroll_sides(f, xo, w, tile.pixels, machine);
}

Tile depthwise_tile(const Window& w, const Machine& machine, int vectors, int pixels) {
  // Lines of 64 bytes that are gone from L1 before their other half is read. Two vectors' weights and sums
  // are more than 32 registers hold where weights are no operands in memory (RISC-V): 37 to 62 spills a step.
  const int64_t rows = int64_t{4} * vectors * machine.lanes * w.in_width * w.kernel_height;
  const bool halves =
      machine.lanes == 8 && machine.vector_operand && vectors % 2 == 0 && rows > machine.l1 / 2;
  const int at_once_vectors = vectors % 4 == 0 ? 4 : vectors % 2 == 0 ? 2 : vectors % 3 == 0 ? 3 : 1;
  if (loads_each_factor(machine) && machine.lanes == 8 && at_once_vectors > 1 && w.taps() <= 9 &&
      w.out_width > 6) {
    const int at_once = w.stride_x() == 1 ? 3 : 2;
    const bool in_turn = int64_t{4} * vectors * machine.lanes * pixels_read(w, at_once) <= machine.l1;
    if (!in_turn) return {1, vectors % 2 == 0 ? 2 : 1};
    return {at_once, at_once_vectors};
  }
  if (w.stride_x() == 1)
    return {std::min(w.out_width, pixels), halves && 2 * pixels <= machine.registers / 2 ? 2 : 1};
  if (of_dots(machine) && vectors % 2 == 0) return {std::min(w.out_width, 2), 2};
  // Four pixels' sums hide the FMAs' latency in order, and leave 32 registers room for the weights.
  if (!machine.vector_operand) return {std::min(w.out_width, 4), 1};
  if (!pairs_in_wide_tiles(machine) || vectors % 2 != 0) return {std::min(w.out_width, 2), halves ? 2 : 1};
  const int parts = (w.out_width + 6) / 7;  // of at most seven pixels, as even as they can be
  return {(w.out_width + parts - 1) / parts, 2};
}

int tasks_wanted(const Machine& machine) { return machine.threads == 1 ? 1 : std::max(4, machine.threads); }

int task_size(int n, const Machine& machine) {
  return divisor_below(n, std::max(1, n / tasks_wanted(machine)));
}

std::optional<Chunks> choose_chunks(const Matrix& expansion, int vectors, int64_t vector_bytes, int pixels,
                                    const Machine& machine, double equal) {
  const int fewest = scheme_of(expansion).fewest_vectors(machine),
            work = loads_each_factor(machine)           ? std::max(4, tasks_wanted(machine))
                   : machine.threads == 0 && fewest > 1 ? 3
                                                        : tasks_wanted(machine);
  double least = std::numeric_limits<double>::infinity();
  Chunks best;
  for (int chunk = 1; chunk <= vectors; chunk++) {
    if (vectors % chunk != 0 || (chunk > 1 && work * chunk > vectors) ||
        (chunk > 2 && vector_bytes * pixels * chunk > machine.l2 / 2))
      continue;
    const Tile tile = choose_tile(machine, expansion, pixels, chunk);
    const double cycles = vectors / chunk * tile_cycles(tile, machine, expansion, pixels, chunk);
    if (cycles <= least * equal) least = cycles, best = {chunk, tile};
  }
  return best.vectors >= fewest ? std::optional(best) : std::nullopt;
}

int shared_strip(int rows, int most, const Machine& machine) {
  int best = divisor_below(rows, most);
  if (machine.threads <= 1) return best;
  const auto longest = [&](int strip) {
    return (rows / strip + machine.threads - 1) / machine.threads * strip;
  };
  for (int strip = best - 1; strip >= 1; strip--)
    if (rows % strip == 0 && longest(strip) < longest(best)) best = strip;
  return best;
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

std::vector<nlohmann::json> prefetching(bool by_default) {
  if (by_default) return {true};
  return {false, true};
}

std::vector<nlohmann::json> tiles(const Machine& machine, const Matrix& m, int pixels, int vectors) {
  std::vector<nlohmann::json> values;
  for (const Tile& tile : tiles_of(machine, m, pixels, vectors)) values.emplace_back(tile);
  return values;
}

}  // namespace mobilith
