#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "calibrate/statistics.h"

namespace mobilith::calibration {

void for_each(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::exception_ptr error;
  std::mutex mutex;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
        next = count;
      }
  };
  std::vector<std::jthread> threads;
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  for (size_t i = 1; i < std::min(cores, count); i++) threads.emplace_back(take);
  take();
  threads.clear();
  if (error) std::rethrow_exception(error);
}

}  // namespace mobilith::calibration
