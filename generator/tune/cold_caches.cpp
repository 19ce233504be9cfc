#include "tune/cold_caches.h"

namespace mobilith::tune {

namespace {

constexpr size_t line = 64;  // bytes

}  // namespace

ColdCaches::ColdCaches(int64_t l2, team* workers) : workers_(workers) {
  for (int i = 0; i < team_threads(workers); i++)
    memory_.emplace_back(2 * static_cast<size_t>(l2) / sizeof(uint64_t), i + 1);
}

// Writes, so that the lines can't be shared and must be evicted.
void ColdCaches::walk(size_t thread) {
  volatile uint64_t* values = memory_[thread].data();
  for (size_t i = 0; i < memory_[thread].size(); i += line / sizeof(uint64_t)) values[i] = values[i] + 1;
}

void ColdCaches::prepare(float* input, size_t floats) {
  if (workers_)
    team_run(
        workers_, static_cast<int32_t>(memory_.size()),
        [](void* self, int32_t i) { static_cast<ColdCaches*>(self)->walk(static_cast<size_t>(i)); }, this);
  else
    walk(0);
  volatile float* values = input;
  for (size_t i = 0; i < floats; i += line / sizeof(float)) values[i] = values[i];
}

}  // namespace mobilith::tune
