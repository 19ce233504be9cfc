#include "bench/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "bench/owned_session.h"
#include "bench/peak.h"
#include "bench/pinned.h"
#include "bench/port_buffers.h"
#include "bench/usable_cores.h"

namespace mobilith {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct StepRuns {
  mobilith_profile last{};
  std::vector<double> seconds;
};

void collect(void* context, const mobilith_profile* profile) {
  StepRuns& step = (*static_cast<std::vector<StepRuns>*>(context))[profile->index];
  step.last = *profile;
  step.seconds.push_back(profile->seconds);
}

}  // namespace

int64_t Measurement::madds() const {
  int64_t total = 0;
  for (const StepTiming& step : steps) total += step.madds;
  return total;
}

Measurement measure(const LoadedLibrary& library, const MeasureOptions& wanted) {
  const mobilith_model* model = library.model();
  const mobilith_model_info& info = *mobilith_model_describe(model);
  std::vector<StepRuns> steps(info.kernels);
  mobilith_options options;
  mobilith_options_init(&options);
  library.add_weights(options);
  options.threads = wanted.threads;
  const OwnedSession plain = make_session(model, options);
  options.profile = collect;
  options.profile_context = &steps;
  const OwnedSession profiled = make_session(model, options);
  PeakMeter peak(info.vector_bits, library.products());

  PortBuffers buffers(model);
  buffers.fill_like_image();
  auto run = [&](const OwnedSession& session) { require(buffers.run(session.get())); };

  Measurement result;
  result.products = library.products();
  result.cores = std::min(wanted.threads, usable_cores());
  const Pinned pinned(wanted.threads == 1);
  for (int warm = 0; warm < 3; warm++) run(plain), run(profiled);
  for (StepRuns& step : steps) step.seconds.clear();

  std::vector<double> runs;
  const Clock::time_point start = Clock::now();
  while (seconds_since(start) < wanted.seconds || runs.size() < 10) {
    const Clock::time_point begin = Clock::now();
    run(plain);
    runs.push_back(seconds_since(begin));
    run(profiled);
    result.peak = std::max(result.peak, peak.burst());
    if (wanted.progress)
      wanted.progress(std::min(1.0, seconds_since(start) / std::max(wanted.seconds, 1e-9)));
  }
  result.run = summarize(runs);
  result.rounds = static_cast<int>(runs.size());
  for (const StepRuns& step : steps)
    result.steps.push_back(
        {step.last.name, step.last.kernel, summarize(step.seconds), step.last.madds, step.last.bytes});
  return result;
}

}  // namespace mobilith
