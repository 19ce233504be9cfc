// The calling thread, held on the core that it is on.
#pragma once

#include <sched.h>

namespace mobilith {

// Until this goes. Best effort: a system that refuses only makes figures noisier.
class Pinned {
 public:
  explicit Pinned(bool wanted) {
    if (!wanted || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    pinned_ = sched_setaffinity(0, sizeof here, &here) == 0;
  }
  ~Pinned() {
    if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
  }
  Pinned(const Pinned&) = delete;

 private:
  cpu_set_t before_;
  bool pinned_ = false;
};

}  // namespace mobilith
