#include "cli/tune_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mobilith {

namespace {

std::string share(const tune::TuningResult& result, const tune::KernelResult& kernel) {
  if (result.peak <= 0) return "-";  // measured elsewhere
  return fmt::format("{:.1f} %", 100 * result.peak_share(kernel, kernel.seconds));
}

std::string peak(const tune::TuningResult& result) {
  const bool floats = result.of_floats();
  return result.peak <= 0 ? ""
                          : fmt::format(", peak {:.1f} {} a core", result.peak,
                                        floats ? "GFLOP/s" : "GOP/s of products of bytes");
}

}  // namespace

void print_tune_table(const tune::TuningResult& result) {
  fmt::print("{:<48} {:>11} {:>9} {:>7} {:>8} {:>6} {:>7}\n", "kernel", "default us", "tuned us", "gain",
             "of peak", "tried", "failed");
  int tried = 0, failures = 0, measured = 0;
  std::map<std::string, int> kinds;
  for (const tune::KernelResult& k : result.kernels) {
    tried += k.tried, failures += k.failures(), measured += k.measured();
    for (const auto& [kind, count] : k.failed) kinds[kind] += count;
    if (k.measured())
      fmt::print("{:<48} {:>11.1f} {:>9.1f} {:>6.2f}x {:>8} {:>6} {:>7}\n", k.name, 1e6 * k.default_seconds,
                 1e6 * k.seconds, k.gain(), share(result, k), k.tried, k.failures());
    else
      fmt::print("{:<48} {:>11} {:>9} {:>7} {:>8} {:>6} {:>7}\n", k.name, "-", "-", "-", "-", k.tried,
                 k.failures());
  }
  fmt::print("\n{} of {} kernels, {} candidates in {:.0f} s on {} ({} thread{}{})\n", measured,
             result.kernels.size(), tried, result.wall_seconds, result.cpu, result.threads,
             result.threads == 1 ? "" : "s", peak(result));
  fmt::print("{:.2f}x the default's speed over all, kernels weighted by their predicted time\n",
             result.gain());
  if (failures > 0) {
    std::vector<std::string> words;
    for (const auto& [kind, count] : kinds) words.push_back(fmt::format("{} {}", count, kind));
    fmt::print("candidates that failed: {}\n", fmt::join(words, ", "));
  }
}

}  // namespace mobilith
