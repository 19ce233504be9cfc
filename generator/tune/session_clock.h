// How far a tuning session is: its time, and what it tells while it works.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tune/kernel_tuning.h"
#include "tune/tuner.h"

namespace mobilith::tune {

class SessionClock {
 public:
  explicit SessionClock(const TuneOptions& options) : options_(options) {}  // which must outlive this

  double elapsed() const;  // seconds since this was made
  // Calls options.progress; with no news ten times a second at most.
  void report(const std::vector<KernelTuning>&, const std::string& news);

 private:
  using Clock = std::chrono::steady_clock;
  const TuneOptions& options_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point reported_{};
};

}  // namespace mobilith::tune
