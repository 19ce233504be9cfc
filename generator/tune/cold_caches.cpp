#include "tune/cold_caches.h"

#include <thread>

#include "process/child_process.h"

namespace mobilith::tune {

namespace {

constexpr size_t line = 64;  // bytes

}  // namespace

ColdCaches::ColdCaches(int64_t l2, std::vector<int> cores) : cores_(std::move(cores)) {
  for (size_t i = 0; i < cores_.size(); i++)
    memory_.emplace_back(2 * static_cast<size_t>(l2) / sizeof(uint64_t), i + 1);
}

// Writes, so that the lines can't be shared and must be evicted.
void ColdCaches::walk(size_t core) {
  volatile uint64_t* values = memory_[core].data();
  for (size_t i = 0; i < memory_[core].size(); i += line / sizeof(uint64_t)) values[i] = values[i] + 1;
}

void ColdCaches::prepare(float* input, size_t floats) {
  if (cores_.size() < 2) {
    walk(0);
  } else {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < cores_.size(); i++)
      threads.emplace_back([this, i] {
        pin_to({cores_[i]});
        walk(i);
      });
    for (std::thread& thread : threads) thread.join();
  }
  volatile float* values = input;
  for (size_t i = 0; i < floats; i += line / sizeof(float)) values[i] = values[i];
}

}  // namespace mobilith::tune
