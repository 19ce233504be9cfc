#include "targets/machine_rules.h"

namespace mobilith {

bool additions_are_free(const CpuFacts& facts) { return facts.cycle.additions >= facts.cycle.fmas; }

// With 16 registers no tile of one vector was faster than the best direct one (znver3's code on znver4: 100
// GFLOP/s, 118 direct).
bool narrow_pairs_gain(const Vectors& vectors, const CpuFacts& facts) {
  return vectors.registers >= 32 && vectors.broadcast_operand &&
         facts.cycle.broadcasts >= 6.0 / 4 * facts.cycle.fmas;
}

bool wide_pairs_gain(const CpuFacts& facts) {
  return !facts.broadcast_costs_addition && facts.cycle.loads >= 0.9 * facts.cycle.fmas;
}

int pair_vectors(const Vectors& vectors, const CpuFacts& facts, Products products) {
  if (products == Products::direct) return 0;
  if (additions_are_free(facts)) {
    if (wide_pairs_gain(facts)) return 2;
    if (narrow_pairs_gain(vectors, facts)) return 1;
  }
  return products == Products::paired ? 1 : 0;
}

bool halves_vectors(const Vectors& vectors, const CpuFacts& facts) {
  return vectors.bits == 512 && facts.cycle.fmas <= 1;
}

Machine machine_of(const Vectors& vectors, const CpuFacts& facts, Products products) {
  return {.lanes = vectors.bits / 32,
          .registers = vectors.registers,
          .broadcast_operand = vectors.broadcast_operand,
          .l1 = facts.caches.l1,
          .l2 = facts.caches.l2,
          .pair_vectors = pair_vectors(vectors, facts, products),
          .streams = facts.sequential_prefetch,
          .element_operand = vectors.element_operand,
          .byte_shuffles = vectors.byte_shuffles,
          .fused = vectors.fused,
          .vector_operand = vectors.vector_operand,
          .short_streams = facts.short_sequential_prefetch};
}

}  // namespace mobilith
