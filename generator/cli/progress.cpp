#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/standard_streams.h"

namespace mobilith {

ProgressReport::ProgressReport(std::string what)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()) {}

ProgressReport::~ProgressReport() {
  if (drawn_ && terminal_) say("\r\x1b[K");
}

void ProgressReport::update(int done, int total, const std::string& step) {
  using namespace std::chrono_literals;
  if (!step.empty()) last_step_ = step;
  const auto now = std::chrono::steady_clock::now();
  if (now - start_ < 2s) return;
  if (terminal_) {
    if (step.empty() && now - last_drawn_ < 200ms) return;
    last_drawn_ = now;
    constexpr int width = 30;
    const int filled = total > 0 ? width * done / total : 0;
    say("\r\x1b[K[{:#<{}}{:.<{}}] {}/{} {}  {}", "", filled, "", width - filled, done, total, what_,
        last_step_);
    drawn_ = true;
  } else if (!step.empty()) {
    say("{}/{} {}: {}\n", done, total, what_, step);
  }
}

}  // namespace mobilith
