#include "tune/static_tuner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "inspect/kernel_report.h"
#include "inspect/named_code.h"
#include "process/child_process.h"
#include "process/files.h"
#include "process/scratch.h"
#include "targets/target.h"
#include "tune/fault.h"
#include "tune/kernel_tuning.h"
#include "tune/record_keeper.h"
#include "tune/session_clock.h"
#include "tune/static_cost.h"

namespace mobilith::tune {

namespace fs = std::filesystem;

namespace {

// Predicted gains below this have been wrong (docs/performance.md): the analytic default, which many
// measurements stand behind, is left for a greater one alone. Beyond that, cheaper is cheaper.
constexpr double default_margin = 0.10, margin = 0.01;
// Where nobody says how many: what is better by more than the model's error is found among the first.
constexpr int usual_candidates = 40;

class StaticSession {
 public:
  StaticSession(const std::vector<KernelTask>& works, const TuneOptions& options, const CacheLevels& caches)
      : options_(options),
        target_(resolve_cpu(options.cpu, options.target, options.products, options.bytes, options.numbers)),
        disassembler_(target_),
        caches_(caches),
        keeper_(options.records, target_, options.threads, options.complain, "static"),
        cores_(allowed_cores()) {
    if (!disassembler_.has_model())
      throw inspect::InspectError("static", fmt::format("LLVM has no scheduling model of {}", target_.cpu));
    const int most = options.candidates == TuneOptions().candidates ? usual_candidates : options.candidates;
    for (size_t i = 0; i < works.size(); i++)
      kernels_.emplace_back(works[i], target_.machine, options.seed + i, keeper_.find(works[i]), most,
                            "static");
    costs_.resize(works.size());
  }

  TuningResult run() {
    while (!over()) {
      bool moved = collect();
      moved |= start();
      report("");
      if (!moved && running_.empty()) break;  // nothing is left to try
      if (!moved) usleep(1000);
    }
    TuningResult result{target_.cpu, options_.threads, elapsed(), 0, {}};
    for (const KernelTuning& kernel : kernels_) result.kernels.push_back(kernel.result());
    return result;
  }

 private:
  struct Job {
    size_t kernel;
    Attempt attempt;
    fs::path folder;
    std::unique_ptr<ChildProcess> child;
  };

  double elapsed() const { return clock_.elapsed(); }
  bool over() const { return elapsed() > options_.budget || (options_.stop && options_.stop()); }

  // In a child: compiles and writes the cost.
  static void judge(const KernelTask& work, const Attempt& attempt, const CpuTarget& target,
                    const inspect::Disassembler& machine, const CacheLevels& caches, const fs::path& folder) {
    setenv("TMPDIR", folder.c_str(), 1);
    crash_or_hang("compile-", attempt.number);
    const PlannedKernel kernel{work.name, work.type, work.shape, attempt.candidate.schedule, ""};
    Machine sizes = target.machine;
    sizes.l1 = caches.l1, sizes.l2 = caches.l2;
    const inspect::NamedCode named = inspect::named_code(kernel, target, machine, folder, &sizes);
    const inspect::KernelReport report = inspect::kernel_report(machine, named.functions, &named);
    const double cycles = static_cost(report, caches).cycles();
    const double share = inspect::share_of_peak(
        report, work.madds(), inspect::products_at_once(work.type, work.shape, target.machine), cycles);
    replace_file(folder / "cost", nlohmann::json{cycles, share}.dump());
  }

  bool start() {
    if (running_.size() >= std::max<size_t>(1, cores_.size())) return false;
    KernelTuning* best = nullptr;
    double most = 0;
    for (KernelTuning& kernel : kernels_)
      if (const double gain = kernel.expected_gain(0); gain > most) most = gain, best = &kernel;
    if (!best) return false;
    std::optional<Attempt> attempt = best->next();
    if (!attempt) return true;
    const auto index = static_cast<size_t>(best - kernels_.data());
    const fs::path folder = scratch_ / fmt::format("{}", started_++);
    fs::create_directory(folder);
    running_.push_back({index, *attempt, folder, nullptr});
    running_.back().child = std::make_unique<ChildProcess>(
        [&, attempt = *attempt, folder, work = &best->work()] {
          judge(*work, attempt, target_, disassembler_, caches_, folder);
        },
        options_.limit, cores_, folder / "log");
    return true;
  }

  bool collect() {
    const auto ended = std::find_if(running_.begin(), running_.end(), [](const Job& job) {
      return job.child->state() != ChildProcess::State::running;
    });
    if (ended == running_.end()) return false;
    Job job = std::move(*ended);
    running_.erase(ended);
    KernelTuning& kernel = kernels_[job.kernel];
    const ChildProcess::State state = job.child->state();
    if (state != ChildProcess::State::done) {
      kernel.failed(job.attempt, state == ChildProcess::State::crashed ? "crashed"
                                 : state == ChildProcess::State::late  ? "late"
                                                                       : "refused");
      if (job.attempt.number == 0)
        options_.complain(
            fmt::format("{}: the default schedule failed: {}", kernel.work().name, job.child->message()));
    } else {
      const nlohmann::json cost = nlohmann::json::parse(read_bytes(job.folder / "cost").value_or(""));
      judged(job.kernel, job.attempt, cost.at(0), cost.at(1));
    }
    std::error_code ignored;
    fs::remove_all(job.folder, ignored);
    return true;
  }

  void judged(size_t index, const Attempt& attempt, double cycles, double peak_share) {
    KernelTuning& kernel = kernels_[index];
    std::map<int, double>& costs = costs_[index];
    costs[attempt.number] = cycles;
    MeasureResult result;
    result.seconds = cycles / (1e9 * caches_.gigahertz);
    if (kernel.incumbent() >= 0) {
      result.ratio = cycles / costs.at(kernel.incumbent());
      result.default_ratio = cycles / costs.at(0);
      const bool wins = result.ratio < 1 - margin && result.default_ratio < 1 - default_margin;
      result.verdict = wins ? "faster" : "slower";
    }
    if (!kernel.measured(attempt, result)) return;
    keeper_.keep(kernel.work(), kernel.result(), peak_share, attempt.recorded || attempt.number == 0);
    const KernelResult& k = kernel.result();
    report(fmt::format("{} {:.1f} us by prediction, {:.2f}x the default", k.name, 1e6 * k.seconds, k.gain()));
  }

  void report(const std::string& news) { clock_.report(kernels_, news); }

  const TuneOptions& options_;
  const CpuTarget target_;
  const inspect::Disassembler disassembler_;
  const CacheLevels caches_;
  RecordKeeper keeper_;
  const std::vector<int> cores_;
  const Scratch scratch_;
  SessionClock clock_{options_};
  std::vector<KernelTuning> kernels_;
  std::vector<std::map<int, double>> costs_;  // [kernel] the attempt's number to its cycles
  std::vector<Job> running_;
  int started_ = 0;
};

}  // namespace

TuningResult tune_statically(const std::vector<KernelTask>& works, const TuneOptions& options,
                             const CacheLevels& caches) {
  return StaticSession(works, options, caches).run();
}

}  // namespace mobilith::tune
