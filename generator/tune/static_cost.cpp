#include "tune/static_cost.h"

#include <algorithm>

namespace mobilith::tune {

namespace {

// The shares of each cost that show in a run's time, the rest being hidden behind something else. Fitted once
// for all to 402 candidates of 74 kernels on znver4 (docs/performance.md); half of the kernels give the same
// values. A loop that accumulates in registers is what LLVM's model is made for. Copies and windows do not
// wait for their own results, and what lies between inner loops overlaps with the end of one and the start of
// the next.
constexpr double accumulating = 1.0, storing = 0.8, between = 0.55;
// Streams are foreseen by the hardware, and by the code where it asks ahead.
constexpr double l2_shown = 0.1, beyond_shown = 0.3, asked_for_shown = 0.1;

double loops_cost(const inspect::KernelReport& report) {
  double cycles = 0;
  for (const inspect::LoopReport& loop : report.loops) {
    const double share = !loop.innermost                     ? between
                         : loop.accumulates && loop.fmas > 0 ? accumulating
                                                             : storing;
    cycles += share * loop.iterations * loop.corrected_cycles;
  }
  return cycles;
}

}  // namespace

StaticCost static_cost(const inspect::KernelReport& report, const CacheLevels& caches) {
  double distinct = 0, beyond = 0, shown = 0, l2 = 0;
  for (const inspect::BufferTraffic& buffer : report.nest.traffic) {
    distinct += buffer.bytes, l2 += buffer.from_l2, beyond += buffer.beyond;
    shown += (buffer.asked_for ? asked_for_shown : beyond_shown) * buffer.beyond;
  }
  // What L3 can't hold of the kernel comes from memory.
  const double missing = std::max(0.0, 1 - static_cast<double>(caches.l3) / std::max(distinct, 1.0));
  const double per_byte = (1 - missing) / caches.l3_bandwidth + missing / caches.memory_bandwidth;
  StaticCost cost;
  cost.loops = loops_cost(report);
  cost.memory = l2_shown * l2 / caches.l2_bandwidth + shown * per_byte;
  // No overlap makes far memory faster than it is.
  cost.memory = std::max(cost.memory, beyond * per_byte - cost.loops);
  return cost;
}

}  // namespace mobilith::tune
