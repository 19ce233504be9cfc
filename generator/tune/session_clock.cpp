#include "tune/session_clock.h"

namespace mobilith::tune {

double SessionClock::elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void SessionClock::report(const std::vector<KernelTuning>& kernels, const std::string& news) {
  if (!options_.progress) return;
  if (news.empty() && Clock::now() - reported_ < std::chrono::milliseconds(100)) return;
  reported_ = Clock::now();
  TuneProgress progress{static_cast<int>(kernels.size()), 0, 0, 1, options_.budget - elapsed(), news};
  TuningResult so_far;
  for (const KernelTuning& kernel : kernels) {
    progress.measured += kernel.result().measured();
    progress.candidates += kernel.result().tried;
    so_far.kernels.push_back(kernel.result());
  }
  progress.gain = so_far.gain();
  options_.progress(progress);
}

}  // namespace mobilith::tune
