#include "tune/cache_levels.h"

#include "targets/cpus.h"

namespace mobilith::tune {

CacheLevels cache_levels(std::string_view cpu, const Machine& machine) {
  const CpuFacts& facts = cpu_facts(cpu);
  return {.l1 = machine.l1,
          .l2 = machine.l2,
          .l3 = facts.caches.l3,
          .l2_bandwidth = facts.speeds.l2,
          .l3_bandwidth = facts.speeds.l3,
          .memory_bandwidth = facts.speeds.memory,
          .gigahertz = facts.speeds.gigahertz};
}

}  // namespace mobilith::tune
