#include "explore/network_costs.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <stdexcept>

#include "bench/measure.h"
#include "inspect/inspection.h"
#include "process/child_pool.h"
#include "process/files.h"
#include "process/scratch.h"
#include "tune/static_cost.h"

namespace mobilith::explore {

using nlohmann::json;

namespace {

// All but the time. threads: of the session.
Costs sizes(const CompiledLibrary& library, int threads) {
  const json& memory = library.manifest.at("variants").at(0).at("memory");
  Costs costs;
  costs.library_bytes = static_cast<int64_t>(library.archive.size());
  costs.weights_bytes = library.manifest.at("weights").at("bytes");
  costs.session_bytes = memory.at("arena_bytes").get<int64_t>() + memory.at("scratch_bytes").get<int64_t>() +
                        (threads - 1) * memory.at("scratch_bytes_per_further_thread").get<int64_t>();
  costs.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  return costs;
}

void time_library(const CompiledLibrary& library, int threads, double seconds,
                  const std::filesystem::path& result) {
  const LoadedLibrary loaded = LoadedLibrary::from_bytes(library.archive, library.manifest.at("name"));
  MeasureOptions wanted;
  wanted.threads = threads, wanted.seconds = seconds;
  const Measurement measured = measure(loaded, wanted);
  replace_file(
      result, json{measured.run.least, measured.run.median, measured.run.p99, measured.rounds, measured.cores}
                  .dump());
}

}  // namespace

Costs measured_costs(const CompiledLibrary& library, int threads, double seconds, const Stage& stage) {
  const Scratch scratch;
  Costs costs = sizes(library, threads);
  ChildPool pool;
  pool.start = [&](size_t) {
    stage("measuring");
    return std::make_unique<ChildProcess>([&] { time_library(library, threads, seconds, scratch / "times"); },
                                          60 + 10 * seconds, std::vector<int>{}, scratch / "log");
  };
  pool.ended = [&](size_t, ChildProcess& child) {
    if (child.state() != ChildProcess::State::done) throw std::runtime_error(child.message());
    const json times = json::parse(read_bytes(scratch / "times").value_or(""));
    costs.least = times.at(0), costs.median = times.at(1), costs.p99 = times.at(2);
    costs.rounds = times.at(3), costs.asked = seconds;
  };
  pool.idle = [&] { stage("measuring"); };
  run_children(1, pool);
  return costs;
}

Costs predicted_costs(const CompiledLibrary& library, const tune::CacheLevels& caches, const Stage& stage) {
  const inspect::GeneratedTree tree = inspect::tree_of(library.manifest, library.archive);
  std::vector<int> all;
  for (size_t i = 0; i < tree.kernels.size(); i++) all.push_back(static_cast<int>(i));
  const std::vector<inspect::KernelReport> reports =
      inspect_kernels(tree, all, [&](int done, int total, const std::string&) {
        stage(fmt::format("kernels looked into {}/{}", done, total));
      });
  Costs costs = sizes(library, 1);
  for (size_t i = 0; i < reports.size(); i++) {
    const inspect::TreeKernel& kernel = tree.kernels[i];
    if (!reports[i].unnamed.empty())
      throw inspect::InspectError(fmt::format("{}: how often its loops run is not known: {}",
                                              kernel.kernel.name, reports[i].unnamed));
    costs.cycles +=
        tune::static_cost(reports[i], caches).cycles() * static_cast<double>(kernel.blocks.size());
  }
  costs.least = costs.median = costs.p99 = costs.cycles / (1e9 * caches.gigahertz);
  return costs;
}

std::string machine_name(const std::string& llvm_name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name"))
      if (const size_t at = line.find(": "); at != std::string::npos) return line.substr(at + 2);
  return llvm_name;
}

}  // namespace mobilith::explore
