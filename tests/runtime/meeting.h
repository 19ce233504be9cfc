// A place where threads wait for each other.
#pragma once

#include <atomic>
#include <thread>

namespace mobilith::handmade {

// Tasks that wait here each run on a thread of their own, since none returns before the last has come.
class Meeting {
 public:
  explicit Meeting(int expected) : expected_(expected) {}
  void wait() {
    for (come_++; come_ < expected_;) std::this_thread::yield();
  }

 private:
  const int expected_;
  std::atomic<int> come_{0};
};

}  // namespace mobilith::handmade
