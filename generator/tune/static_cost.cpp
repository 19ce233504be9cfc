#include "tune/static_cost.h"

namespace mobilith::tune {

StaticCost static_cost(const inspect::KernelReport& report, const CacheLevels& caches) {
  StaticCost cost;
  cost.loops = report.corrected_cycles;
  for (const inspect::BufferTraffic& buffer : report.nest.traffic)
    cost.memory += buffer.from_l2 / caches.l2_bandwidth + buffer.beyond / caches.l3_bandwidth;
  return cost;
}

}  // namespace mobilith::tune
