#include "tune/cache_levels.h"

namespace mobilith::tune {

namespace {

struct Row {
  std::string_view prefix;  // of LLVM's CPU name; the first row that fits
  int64_t l3;
  double l2_bandwidth, l3_bandwidth, memory_bandwidth, gigahertz;
};

// Sizes, widths of the paths and clocks from the vendors' manuals and optimisation guides: a server core's
// share of L3, typical clocks under vector load. L3 of znver4: what the heads' classifiers, which only stream
// weights, reach there; elsewhere estimates from the kind of interconnect. Memory: 20 to 30 GB/s for one
// core. --caches overrides them.
constexpr Row rows[] = {
    {"znver5", 4 << 20, 32, 25, 7, 4.0},
    {"znver4", 4 << 20, 32, 25, 7, 3.6},
    {"znver", 4 << 20, 32, 20, 7, 3.4},
    {"sapphirerapids", 1920 << 10, 48, 8, 4, 3.0},
    {"emeraldrapids", 5 << 20, 48, 8, 4, 3.0},
    {"graniterapids", 4 << 20, 48, 8, 5, 3.0},
    {"icelake-server", 1536 << 10, 48, 8, 4, 3.0},
    {"icelake", 2 << 20, 48, 12, 6, 3.5},
    {"tigerlake", 3 << 20, 48, 12, 6, 3.8},
    {"skylake-avx512", 1408 << 10, 48, 6, 4, 2.8},
    {"cascadelake", 1408 << 10, 48, 6, 4, 2.8},
    {"cooperlake", 1408 << 10, 48, 6, 4, 2.8},
    {"haswell", 2 << 20, 25, 12, 6, 3.2},
    {"broadwell", 2 << 20, 25, 12, 6, 3.2},
    {"skylake", 2 << 20, 29, 12, 6, 3.6},
    {"alderlake", 3 << 20, 48, 12, 7, 4.2},
    {"raptorlake", 3 << 20, 48, 12, 7, 4.5},
    {"neoverse-n1", 1 << 20, 16, 8, 6, 2.6},
    {"neoverse-n2", 1 << 20, 32, 10, 7, 2.8},
    {"neoverse-v", 1 << 20, 32, 10, 7, 2.7},
    {"apple-m", 4 << 20, 32, 16, 16, 3.2},
    {"cortex-a5", 512 << 10, 8, 4, 2, 1.6},
    {"cortex-a7", 1 << 20, 16, 6, 3, 2.0},
    {"cortex-x", 2 << 20, 32, 10, 7, 3.0},
    {"", 1 << 20, 32, 8, 5, 3.0},
};

}  // namespace

CacheLevels cache_levels(std::string_view cpu, const Machine& machine) {
  for (const Row& row : rows)
    if (cpu.starts_with(row.prefix))
      return {machine.l1,       machine.l2,           row.l3,       row.l2_bandwidth,
              row.l3_bandwidth, row.memory_bandwidth, row.gigahertz};
  return {};
}

}  // namespace mobilith::tune
