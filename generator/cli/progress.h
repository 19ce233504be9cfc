// Progress on standard error: a bar on a terminal, a line per step otherwise; silent for work of under two
// seconds.
#pragma once

#include <chrono>
#include <string>

namespace mobilith {

class ProgressReport {
 public:
  explicit ProgressReport(std::string what);  // e.g. "kernels"
  ~ProgressReport();                          // clears the bar
  // Whether there is a bar: it may be drawn at any time, while lines are for steps alone.
  bool terminal() const { return terminal_; }
  // A step has ended (or, with an empty `step`, time has passed).
  void update(int done, int total, const std::string& step);

 private:
  std::string what_, last_step_;
  bool terminal_, drawn_ = false;
  std::chrono::steady_clock::time_point start_, last_drawn_;
};

}  // namespace mobilith
