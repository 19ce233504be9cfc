#include "targets/cpus.h"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace mobilith {

namespace {

constexpr int64_t kb = 1 << 10, mb = 1 << 20;

// A broadcast from memory is a load like any other on Zen (AMD's optimisation guides, and measured on znver4:
// a tile of 14 x 2 vectors with 14 broadcasts runs at the FMA peak); LLVM's models give it a turn of an FMA
// unit.
constexpr ModelCorrection zen_broadcasts[] = {
    {"VBROADCASTSSZrm", "VMOVUPSZrm"},
    {"VBROADCASTSSZ256rm", "VMOVUPSZ256rm"},
    {"VBROADCASTSSYrm", "VMOVUPSYrm"},
};

// Caches, paths and units from the vendors' manuals and optimisation guides, a server core's share of L3,
// typical clocks under vector load. L3's speed on znver4: what the heads' classifiers, which only stream
// weights, reach there; elsewhere estimates from the kind of interconnect. Memory: 20 to 30 GB/s for one
// core.
constexpr CpuFacts rows[] = {
    {.name = "znver1",
     .speeds = {.l2 = 32, .l3 = 20, .memory = 7, .gigahertz = 3.4},
     .cycle = {.fmas = 1, .additions = 1, .loads = 1, .broadcasts = 1},
     .relatives = "znver2 znver3 haswell",
     .corrections = zen_broadcasts},
    // Vectors of 256 bits; measured in code for znver3 on znver4: 12 FMAs, 12 additions and 6 broadcasts into
    // registers take the time of 12 FMAs.
    {.name = "znver2",
     .speeds = {.l2 = 32, .l3 = 20, .memory = 7, .gigahertz = 3.4},
     .cycle = {.additions = 2},
     .broadcast_costs_addition = false,
     .relatives = "znver3 znver1 haswell",
     .corrections = zen_broadcasts},
    {.name = "znver3",
     .speeds = {.l2 = 32, .l3 = 20, .memory = 7, .gigahertz = 3.4},
     .cycle = {.additions = 2},
     .broadcast_costs_addition = false,
     .short_sequential_prefetch = true,
     .relatives = "znver2 znver1 alderlake haswell",
     .corrections = zen_broadcasts},
    // Vectors of 512 bits in two halves; a broadcast operand is loaded once for both. What a broadcast into a
    // register costs was measured: 12 x 2 paired products at 1.04 times the FMA peak, 24 x 1 at 1.5.
    {.name = "znver4",
     .caches = {32 * kb, 1 * mb, 4 * mb},
     .speeds = {.l2 = 32, .l3 = 25, .memory = 7, .gigahertz = 3.6},
     .cycle = {.fmas = 1, .additions = 1, .loads = 1, .broadcasts = 2},
     .short_sequential_prefetch = true,
     .relatives = "znver5 icelake-server sapphirerapids skylake-avx512 x86-64-v4 znver3",
     .corrections = zen_broadcasts},
    // Measured: two FMAs, two additions and one broadcast into a register a cycle; 10 x 2 paired products at
    // 1.44 times the FMA peak. A classifier in reading order: V2 0.35-96's head 55 us without, 46 with.
    {.name = "znver5",
     .caches = {48 * kb, 1 * mb, 4 * mb},
     .speeds = {.l2 = 32, .l3 = 25, .memory = 7, .gigahertz = 4.0},
     .cycle = {.fmas = 2, .additions = 2, .loads = 2, .broadcasts = 2},
     .broadcast_costs_addition = false,
     .sequential_prefetch = true,
     .relatives = "znver4 sapphirerapids emeraldrapids icelake-server x86-64-v4",
     .corrections = zen_broadcasts},
    // Newer ones, as the newest that was measured.
    {.name = "znver*",
     .caches = {48 * kb, 1 * mb, 4 * mb},
     .speeds = {.l2 = 32, .l3 = 25, .memory = 7, .gigahertz = 4.0},
     .cycle = {.additions = 2},
     .broadcast_costs_addition = false,
     .sequential_prefetch = true,
     .relatives = "znver5 znver4",
     .corrections = zen_broadcasts},
    {.name = "haswell",
     .caches = {32 * kb, 256 * kb, 2 * mb},
     .speeds = {.l2 = 25, .l3 = 12, .memory = 6, .gigahertz = 3.2},
     .relatives = "broadwell skylake alderlake znver2"},
    {.name = "broadwell",
     .caches = {32 * kb, 256 * kb, 2 * mb},
     .speeds = {.l2 = 25, .l3 = 12, .memory = 6, .gigahertz = 3.2},
     .relatives = "haswell skylake alderlake znver2"},
    {.name = "skylake",
     .caches = {32 * kb, 256 * kb, 2 * mb},
     .speeds = {.l2 = 29, .l3 = 12, .memory = 6, .gigahertz = 3.6},
     .relatives = "broadwell haswell alderlake znver3"},
    {.name = "alderlake",
     .caches = {48 * kb, 1280 * kb, 3 * mb},
     .speeds = {.l2 = 48, .l3 = 12, .memory = 7, .gigahertz = 4.2},
     .cycle = {.additions = 1, .loads = 3, .broadcasts = 3},
     .relatives = "raptorlake meteorlake skylake znver3"},
    {.name = "raptorlake",
     .caches = {48 * kb, 2 * mb, 3 * mb},
     .speeds = {.l2 = 48, .l3 = 12, .memory = 7, .gigahertz = 4.5},
     .cycle = {.additions = 1, .loads = 3, .broadcasts = 3},
     .relatives = "alderlake meteorlake skylake znver3"},
    {.name = "meteorlake",
     .cycle = {.additions = 1, .loads = 3, .broadcasts = 3},
     .relatives = "raptorlake alderlake skylake znver3"},
    {.name = "skylake-avx512",
     .caches = {32 * kb, 1 * mb, 1408 * kb},
     .speeds = {.l2 = 48, .l3 = 6, .memory = 4, .gigahertz = 2.8},
     .relatives = "cascadelake cooperlake x86-64-v4 icelake-server sapphirerapids"},
    {.name = "cascadelake",
     .caches = {32 * kb, 1 * mb, 1408 * kb},
     .speeds = {.l2 = 48, .l3 = 6, .memory = 4, .gigahertz = 2.8},
     .relatives = "skylake-avx512 cooperlake x86-64-v4 icelake-server sapphirerapids"},
    {.name = "cooperlake",
     .caches = {32 * kb, 1 * mb, 1408 * kb},
     .speeds = {.l2 = 48, .l3 = 6, .memory = 4, .gigahertz = 2.8},
     .relatives = "cascadelake skylake-avx512 x86-64-v4 icelake-server sapphirerapids"},
    {.name = "icelake-client",
     .caches = {48 * kb, 512 * kb, 2 * mb},
     .speeds = {.l2 = 48, .l3 = 12, .memory = 6, .gigahertz = 3.5},
     .cycle = {.fmas = 1},
     .relatives = "tigerlake rocketlake icelake-server sapphirerapids cascadelake"},
    {.name = "rocketlake",
     .cycle = {.fmas = 1},
     .relatives = "icelake-client tigerlake icelake-server sapphirerapids cascadelake"},
    {.name = "tigerlake",
     .caches = {48 * kb, 1280 * kb, 3 * mb},
     .speeds = {.l2 = 48, .l3 = 12, .memory = 6, .gigahertz = 3.8},
     .cycle = {.fmas = 1},
     .relatives = "icelake-server icelake-client rocketlake sapphirerapids cascadelake"},
    {.name = "icelake-server",
     .caches = {48 * kb, 1280 * kb, 1536 * kb},
     .speeds = {.l2 = 48, .l3 = 8, .memory = 4, .gigahertz = 3.0},
     .relatives = "tigerlake sapphirerapids emeraldrapids cascadelake skylake-avx512 x86-64-v4"},
    {.name = "sapphirerapids",
     .caches = {48 * kb, 2 * mb, 1920 * kb},
     .speeds = {.l2 = 48, .l3 = 8, .memory = 4, .gigahertz = 3.0},
     .relatives = "emeraldrapids graniterapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {.name = "emeraldrapids",
     .caches = {48 * kb, 2 * mb, 5 * mb},
     .speeds = {.l2 = 48, .l3 = 8, .memory = 4, .gigahertz = 3.0},
     .relatives = "sapphirerapids graniterapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {.name = "graniterapids*",
     .caches = {48 * kb, 2 * mb, 4 * mb},
     .speeds = {.l2 = 48, .l3 = 8, .memory = 5, .gigahertz = 3.0},
     .relatives = "emeraldrapids sapphirerapids icelake-server cascadelake skylake-avx512 x86-64-v4"},
    {.name = "x86-64-v3", .relatives = "znver3 haswell skylake znver2 broadwell alderlake"},
    {.name = "x86-64-v4",
     .caches = {.l2 = 1 * mb},
     .relatives = "skylake-avx512 cascadelake znver4 icelake-server sapphirerapids"},
    {.name = "neoverse-n1",
     .caches = {64 * kb, 1 * mb, 1 * mb},
     .speeds = {.l2 = 16, .l3 = 8, .memory = 6, .gigahertz = 2.6}},
    {.name = "neoverse-n2",
     .caches = {64 * kb, 1 * mb, 1 * mb},
     .speeds = {.l2 = 32, .l3 = 10, .memory = 7, .gigahertz = 2.8},
     .cycle = {.loads = 3, .broadcasts = 3}},
    {.name = "neoverse-v*",
     .caches = {64 * kb, 1 * mb, 1 * mb},
     .speeds = {.l2 = 32, .l3 = 10, .memory = 7, .gigahertz = 2.7},
     .cycle = {.fmas = 4, .loads = 3, .broadcasts = 3}},
    {.name = "apple-m*",
     .caches = {128 * kb, 4 * mb, 4 * mb},
     .speeds = {.l2 = 32, .l3 = 16, .memory = 16, .gigahertz = 3.2},
     .cycle = {.fmas = 4, .loads = 3, .broadcasts = 3}},
    {.name = "cortex-x*",
     .caches = {64 * kb, 1 * mb, 2 * mb},
     .speeds = {.l2 = 32, .l3 = 10, .memory = 7, .gigahertz = 3.0},
     .cycle = {.fmas = 4, .loads = 3, .broadcasts = 3}},
    {.name = "cortex-a5*",
     .caches = {32 * kb, 256 * kb, 512 * kb},
     .speeds = {.l2 = 8, .l3 = 4, .memory = 2, .gigahertz = 1.6},
     .cycle = {.fmas = 1, .loads = 1, .broadcasts = 1}},
    {.name = "cortex-a7*", .speeds = {.l2 = 16, .l3 = 6, .memory = 3, .gigahertz = 2.0}},
    {.name = "*"},
};

constexpr bool fits(std::string_view row, std::string_view cpu) {
  return row.ends_with('*') ? cpu.starts_with(row.substr(0, row.size() - 1)) : row == cpu;
}

}  // namespace

std::span<const CpuFacts> cpus() { return rows; }

const CpuFacts& cpu_facts(std::string_view cpu) {
  std::string name(cpu);
  std::replace(name.begin(), name.end(), '_', '-');
  return *std::find_if(std::begin(rows), std::end(rows) - 1,
                       [&](const CpuFacts& row) { return fits(row.name, name); });
}

std::vector<std::string> relatives(const CpuFacts& facts) {
  std::istringstream words{std::string(facts.relatives)};
  return {std::istream_iterator<std::string>(words), {}};
}

}  // namespace mobilith
