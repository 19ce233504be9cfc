// The caches as a kernel finds them in a network: its input just written, its weights further out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tune/team.h"

namespace mobilith::tune {

class ColdCaches {
 public:
  // l2: bytes that each core has to itself. workers: one thread on each core; null: the caller alone. They
  // must outlive this.
  ColdCaches(int64_t l2, team* workers);
  // Walks over twice L2 on each of the cores, then touches the input on the calling thread.
  void prepare(float* input, size_t floats);

 private:
  void walk(size_t thread);

  team* workers_;
  std::vector<std::vector<uint64_t>> memory_;
};

}  // namespace mobilith::tune
