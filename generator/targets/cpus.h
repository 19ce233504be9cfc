// What is known of each CPU: one row a CPU, in cpus.cpp. Vectors and registers follow from its instruction
// set (instruction_sets.h), what schedules do follows from both (machine_rules.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mobilith {

// Bytes. l1, l2: data caches that one core has to itself. l3: what one core can count on.
struct Caches {
  int64_t l1 = 32 << 10, l2 = 512 << 10, l3 = 1 << 20;
};

// Of one core. Bytes a cycle that it reads from each level, streaming; memory is what is beyond L3.
struct Speeds {
  double l2 = 32, l3 = 8, memory = 5;
  double gigahertz = 3;  // under vector load
};

// How many a core does in one cycle, of the longest vectors that kernels use on it.
struct Throughput {
  double fmas = 2;
  double additions = 0;   // beside that many FMAs, in units of their own
  double loads = 2;       // of a vector
  double broadcasts = 2;  // of one float from memory, as an operand
};

// Instructions that a CPU runs as it runs others (LLVM's names), where LLVM's scheduling model says something
// else.
struct ModelCorrection {
  std::string_view from, to;
};

// What a row leaves out is as here.
struct CpuFacts {
  std::string_view name;  // LLVM's; with a '*' at its end, how the names of several CPUs begin
  Caches caches = {};
  Speeds speeds = {};
  Throughput cycle = {};
  bool broadcast_costs_addition = true;  // one into a register takes a turn of the additions' units
  // Its prefetchers bring weights as fast as memory delivers them where they lie in the order in which they
  // are read; asking disturbs them.
  bool sequential_prefetch = false;
  // Only of a classifier behind a short convolution (layout/classifier_order.h).
  bool short_sequential_prefetch = false;
  // Whose tuning records it may use where it has none of its own, nearest first. A record for another
  // instruction set or vector is never used, so a row may name CPUs of several.
  std::string_view relatives = {};
  std::span<const ModelCorrection> corrections = {};
};

// All rows. The last is named "*": what is assumed of a CPU that no other row names.
std::span<const CpuFacts> cpus();

// The first row that fits LLVM's name of a CPU. Second spellings mean the same CPU ("skylake_avx512").
const CpuFacts& cpu_facts(std::string_view cpu);

// The words of CpuFacts::relatives.
std::vector<std::string> relatives(const CpuFacts&);

}  // namespace mobilith
