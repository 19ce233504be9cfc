// Work on what nobody vouches for, in a process that can do nothing but compute and answer.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace mobilith {

struct ChildLimits {
  size_t bytes = size_t{1} << 30;  // of address space, beside what this process has now
  int seconds = 120;               // of computing; four times as long may all take
};

// A fork of this process with a channel to it. The child writes no file and opens none, starts no process and
// dumps no core; what its libraries print is lost. It ends when this process or this object does. Call it
// with no other thread running. A sanitizer's build keeps its error output, and has no limit on memory or
// calls.
class ConfinedChild {
 public:
  // work: runs in the child, with its end of the channel; must not throw. Throws std::runtime_error.
  ConfinedChild(const std::function<void(int channel)>& work, const ChildLimits&);
  ~ConfinedChild();
  ConfinedChild(const ConfinedChild&) = delete;

  int channel() const { return channel_; }
  // Waits until the channel has something to read. False: the child ended, or its time is up.
  bool readable() const;
  // Says no more to it, waits for the end, kills what is late. Empty: it ended as it should; else what became
  // of it: "died of Segmentation fault", "took more than 120 s".
  std::string end();

 private:
  pid_t pid_;
  int channel_ = -1, seconds_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace mobilith
