#include "tune/outcome.h"

namespace mobilith::tune {

int KernelOutcome::failures() const {
  int sum = 0;
  for (const auto& [kind, count] : failed) sum += count;
  return sum;
}

double TuneOutcome::peak_share(const KernelOutcome& kernel, double seconds) const {
  if (peak <= 0 || seconds <= 0) return 0;
  return 2.0 * static_cast<double>(kernel.madds) / seconds / 1e9 / (peak * threads);
}

double TuneOutcome::gain() const {
  double before = 0, after = 0;
  for (const KernelOutcome& kernel : kernels) before += kernel.share, after += kernel.share / kernel.gain();
  return after > 0 ? before / after : 1;
}

nlohmann::json to_json(const TuneOutcome& outcome) {
  nlohmann::json kernels = nlohmann::json::array();
  for (const KernelOutcome& k : outcome.kernels) {
    nlohmann::json course = nlohmann::json::array();
    for (const Trial& trial : k.course) course.push_back({trial.candidate, trial.seconds, trial.best});
    kernels.push_back({{"kernel", k.name},
                       {"type", k.type},
                       {"shape", k.shape},
                       {"schedule", k.schedule},
                       {"share", k.share},
                       {"madds", k.madds},
                       {"default_seconds", k.default_seconds},
                       {"seconds", k.seconds},
                       {"gain", k.gain()},
                       {"default_share_of_peak", outcome.peak_share(k, k.default_seconds)},
                       {"share_of_peak", outcome.peak_share(k, k.seconds)},
                       {"tried", k.tried},
                       {"failed", k.failed},
                       {"course", course}});
  }
  return {{"cpu", outcome.cpu},
          {"threads", outcome.threads},
          {"seconds", outcome.wall_seconds},
          {"peak_gflops_per_core", outcome.peak},
          {"gain", outcome.gain()},
          {"kernels", kernels}};
}

}  // namespace mobilith::tune
