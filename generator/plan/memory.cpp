#include "plan/memory.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

namespace mobilith {

namespace {

using Order = std::vector<size_t>;
using Tensors = std::vector<Lifetime>;

struct Placed {
  std::vector<int64_t> offsets;
  int64_t bytes = 0;
};

Order sorted(const Tensors& tensors, const std::function<bool(const Lifetime&, const Lifetime&)>& before) {
  Order order(tensors.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return before(tensors[a], tensors[b]); });
  return order;
}

bool begins_before(const Lifetime& a, const Lifetime& b) { return a.first < b.first; }

// What is alive is most while some tensor begins.
int64_t most_alive(const Tensors& tensors) {
  int64_t most = 0;
  for (const Lifetime& now : tensors) {
    int64_t alive = 0;
    for (const Lifetime& t : tensors)
      if (t.first <= now.first && now.first <= t.last) alive += t.bytes;
    most = std::max(most, alive);
  }
  return most;
}

// Each tensor at the end of the arena that its neighbour is not at: every pair fits if its sum does. Nothing
// where three are alive at once.
std::optional<Placed> at_both_ends(const Tensors& tensors, int64_t bytes) {
  Placed placed{std::vector<int64_t>(tensors.size()), bytes};
  std::vector<size_t> alive;
  std::vector<bool> low(tensors.size());
  for (const size_t i : sorted(tensors, begins_before)) {
    if (tensors[i].bytes == 0) continue;
    std::erase_if(alive, [&](size_t other) { return tensors[other].last < tensors[i].first; });
    if (alive.size() > 1) return std::nullopt;
    low[i] = !alive.empty() && !low[alive.front()];
    placed.offsets[i] = low[i] ? 0 : bytes - tensors[i].bytes;
    alive.push_back(i);
  }
  return placed;
}

// One after the other, each in the lowest gap that is large enough.
Placed first_fit(const Tensors& tensors, const Order& order) {
  Placed placed{std::vector<int64_t>(tensors.size()), 0};
  Order done;  // by offset
  for (const size_t i : order) {
    int64_t offset = 0;
    for (const size_t other : done) {
      if (!tensors[other].meets(tensors[i])) continue;
      if (placed.offsets[other] >= offset + tensors[i].bytes) break;
      offset = std::max(offset, placed.offsets[other] + tensors[other].bytes);
    }
    placed.offsets[i] = offset;
    placed.bytes = std::max(placed.bytes, offset + tensors[i].bytes);
    done.insert(std::find_if(done.begin(), done.end(), [&](size_t o) { return placed.offsets[o] > offset; }),
                i);
  }
  return placed;
}

int64_t area(const Lifetime& t) { return t.bytes * (t.last - t.first + 1); }

}  // namespace

MemoryPlan plan_memory(const std::vector<Lifetime>& lifetimes) {
  Tensors tensors = lifetimes;
  for (Lifetime& t : tensors) t.bytes = (t.bytes + 63) / 64 * 64;
  MemoryPlan plan;
  plan.lower_bound = most_alive(tensors);
  std::optional<Placed> best = at_both_ends(tensors, plan.lower_bound);
  if (!best)
    for (const auto& before : {std::function(begins_before),
                               {[](auto& a, auto& b) { return a.bytes > b.bytes; }},
                               {[](auto& a, auto& b) { return area(a) > area(b); }},
                               {[](auto& a, auto& b) { return a.last > b.last; }}}) {
      Placed other = first_fit(tensors, sorted(tensors, before));
      if (!best || other.bytes < best->bytes) best = std::move(other);
    }
  plan.offsets = std::move(best->offsets);
  plan.bytes = best->bytes;
  return plan;
}

}  // namespace mobilith
