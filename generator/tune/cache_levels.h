// What the static cost needs to know of a CPU's memory: sizes, and how fast it delivers.
#pragma once

#include <cstdint>
#include <string_view>

#include "targets/machine.h"

namespace mobilith::tune {

struct CacheLevels {
  int64_t l1 = 32 << 10, l2 = 512 << 10;  // bytes that one core has to itself
  int64_t l3 = 4 << 20;                   // bytes that one core can count on
  // Bytes a cycle that one core reads from each, streaming; memory is what is beyond L3.
  double l2_bandwidth = 32, l3_bandwidth = 12, memory_bandwidth = 6;
  double gigahertz = 3;  // of the core, for times
};

// Of a CPU (LLVM's name) as in targets/cpus.cpp, L1 and L2 from the machine.
CacheLevels cache_levels(std::string_view cpu, const Machine&);

}  // namespace mobilith::tune
