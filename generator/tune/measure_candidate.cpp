#include "tune/measure_candidate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>

#include "bench/peak.h"
#include "bench/statistics.h"
#include "process/child_process.h"
#include "tune/cold_caches.h"
#include "tune/compile_candidate.h"
#include "tune/fault.h"
#include "tune/loaded_kernel.h"
#include "tune/sign_test.h"
#include "tune/team.h"

namespace mobilith::tune {

namespace {

constexpr double test_seconds = 0.5, reference_seconds = 0.15;
constexpr int least_rounds = 5, most_rounds = 150;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double timed(LoadedKernel& kernel, ColdCaches& caches) {
  caches.prepare(kernel.input(), kernel.input_floats());
  return kernel.seconds();
}

// One round, A B B A: a drift of the clock rate meets both alike. The better of two runs each, because what
// disturbs a run only makes it longer.
double round(LoadedKernel& a, LoadedKernel& b, ColdCaches& caches, double& best_of_b) {
  const double a1 = timed(a, caches), b1 = timed(b, caches), b2 = timed(b, caches), a2 = timed(a, caches);
  best_of_b = std::min({best_of_b, b1, b2});
  return std::min(b1, b2) / std::min(a1, a2);
}

struct TeamDeleter {
  void operator()(team* workers) const { team_destroy(workers); }
};
using Team = std::unique_ptr<team, TeamDeleter>;

// A thread on each of the cores; null for one.
Team team_on(const std::vector<int>& cores) {
  if (cores.size() < 2) return nullptr;
  const auto threads = static_cast<int32_t>(cores.size());
  Team workers(team_create(threads));
  if (!workers) throw std::runtime_error(fmt::format("can't create {} threads", threads));
  const auto pin = [](void* each, int32_t i) {
    pin_to({(*static_cast<const std::vector<int>*>(each))[static_cast<size_t>(i)]});
  };
  team_run(workers.get(), threads, pin, const_cast<std::vector<int>*>(&cores));
  return workers;
}

void write_result(const MeasureRequest& request, const MeasureResult& result) {
  std::ofstream(request.result) << nlohmann::json(result);
}

// The challenger beside the default (or alone), with bursts of multiply-adds in between.
void compare_with_default(LoadedKernel& challenger, LoadedKernel* by_default, PeakProducts products,
                          ColdCaches& caches, MeasureResult& result) {
  PeakMeter peak(mobilith_model_describe(challenger.model())->vector_bits, products);
  std::vector<double> ratios;
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < least_rounds || (i < most_rounds && seconds_since(start) < reference_seconds); i++) {
    if (by_default)
      ratios.push_back(round(*by_default, challenger, caches, result.seconds));
    else
      result.seconds = std::min(result.seconds, timed(challenger, caches));
    result.peak = std::max(result.peak, peak.burst());
  }
  if (by_default) result.default_ratio = median(ratios);
}

}  // namespace

void measure_candidate(const MeasureRequest& request) {
  const Network& network = request.work->network;
  const Machine& machine = request.machine;
  const PeakProducts products =
      network.quantised() ? products_of_bytes(machine.byte_group) : products_of_floats(machine.bf16_products);
  const Team workers = team_on(request.cores);
  std::optional<LoadedKernel> loaded_first;
  if (request.incumbent_first) loaded_first.emplace(request.incumbent, network, machine, workers.get());
  LoadedKernel challenger(request.challenger, network, machine, workers.get());
  crash_or_hang("", request.number);
  MeasureResult result;
  result.seconds = challenger.seconds();
  if (fault_hits("wrong", request.number)) challenger.corrupt_output();
  result.difference = challenger.difference(read_floats(request.expected));
  if (!(result.difference <= tolerance_of(network))) {
    result.difference = std::min(result.difference, 1e30);  // JSON has no infinity
    result.verdict = "wrong";
    return write_result(request, result);
  }
  ColdCaches caches(request.machine.l2, workers.get());
  if (request.incumbent.empty()) {
    compare_with_default(challenger, nullptr, products, caches, result);
    result.verdict = "faster";
    return write_result(request, result);
  }
  std::optional<LoadedKernel> loaded_last;
  if (!loaded_first) loaded_last.emplace(request.incumbent, network, machine, workers.get());
  LoadedKernel& incumbent = loaded_first ? *loaded_first : *loaded_last;
  incumbent.seconds();
  std::vector<double> ratios;
  Verdict verdict = Verdict::open;
  const Clock::time_point start = Clock::now();
  while (verdict == Verdict::open && static_cast<int>(ratios.size()) < most_rounds &&
         (static_cast<int>(ratios.size()) < least_rounds || seconds_since(start) < test_seconds)) {
    ratios.push_back(round(incumbent, challenger, caches, result.seconds));
    verdict = judge(ratios);
  }
  result.ratio = median(ratios);
  result.verdict = to_string(verdict);
  if (verdict == Verdict::faster) {
    std::optional<LoadedKernel> by_default;
    if (request.by_default != request.incumbent)
      by_default.emplace(request.by_default, network, machine, workers.get());
    compare_with_default(challenger, by_default ? &*by_default : &incumbent, products, caches, result);
  }
  write_result(request, result);
}

}  // namespace mobilith::tune
