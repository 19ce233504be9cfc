#include "tune/tuning_result.h"

#include <algorithm>

#include "schedules/kernel_types.h"

namespace mobilith::tune {

int KernelResult::failures() const {
  int sum = 0;
  for (const auto& [kind, count] : failed) sum += count;
  return sum;
}

double TuningResult::peak_share(const KernelResult& kernel, double seconds) const {
  if (peak <= 0 || seconds <= 0) return 0;
  return 2.0 * static_cast<double>(kernel.madds) / seconds / 1e9 / (peak * threads);
}

bool TuningResult::of_floats() const {
  return std::all_of(kernels.begin(), kernels.end(), [](const KernelResult& kernel) {
    return kernel_type(kernel.type).dtype == ElementType::f32;
  });
}

double TuningResult::gain() const {
  double before = 0, after = 0;
  for (const KernelResult& kernel : kernels) before += kernel.share, after += kernel.share / kernel.gain();
  return after > 0 ? before / after : 1;
}

nlohmann::json to_json(const TuningResult& result) {
  nlohmann::json kernels = nlohmann::json::array();
  for (const KernelResult& k : result.kernels) {
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
                       {"default_share_of_peak", result.peak_share(k, k.default_seconds)},
                       {"share_of_peak", result.peak_share(k, k.seconds)},
                       {"tried", k.tried},
                       {"failed", k.failed},
                       {"course", course}});
  }
  return {{"cpu", result.cpu},
          {"threads", result.threads},
          {"seconds", result.wall_seconds},
          {"peak_of", result.of_floats() ? "FMA" : "products of bytes"},
          {"peak_gflops_per_core", result.peak},
          {"gain", result.gain()},
          {"kernels", kernels}};
}

}  // namespace mobilith::tune
