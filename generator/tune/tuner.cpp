#include "tune/tuner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <fstream>
#include <memory>

#include "process/child_process.h"
#include "process/files.h"
#include "process/scratch.h"
#include "products/scheme.h"
#include "targets/target.h"
#include "tune/compile_candidate.h"
#include "tune/cores.h"
#include "tune/kernel_tuning.h"
#include "tune/measure_elsewhere.h"
#include "tune/record_keeper.h"
#include "tune/session_clock.h"

namespace mobilith::tune {

namespace fs = std::filesystem;

namespace {

// Two measurements of the same pair: the mean of the ratios, the verdict that both share.
MeasureResult both(const MeasureResult& first, MeasureResult second) {
  second.ratio = std::sqrt(first.ratio * second.ratio);
  second.default_ratio = std::sqrt(first.default_ratio * second.default_ratio);
  second.seconds = std::min(first.seconds, second.seconds);
  return second;
}

// A hash of the archive, its model's name left out.
size_t code_of(const fs::path& archive) {
  std::string bytes = read_bytes(archive).value_or("");
  const std::string name = model_symbol(archive);
  for (size_t at = 0; (at = bytes.find(name, at)) != std::string::npos;)
    bytes.replace(at, name.size(), name.size(), ' ');
  return std::hash<std::string>()(bytes);
}

class Session {
 public:
  Session(const std::vector<KernelTask>& works, const TuneOptions& options)
      : options_(options),
        target_(resolve_cpu(options.cpu, options.target, options.products, options.bytes, options.numbers)),
        cores_(options.threads),
        keeper_(options.records, target_, options.threads, options.complain) {
    for (size_t i = 0; i < works.size(); i++)
      kernels_.emplace_back(works[i], target_.machine, options.seed + i, keeper_.find(works[i]),
                            options.candidates);
    same_code_.resize(works.size());
  }

  TuningResult run() {
    while (!over()) {
      bool moved = collect_compiled();
      moved |= collect_measured();
      moved |= start_measuring();
      moved |= start_compiling();
      report("");
      if (!moved && !busy()) break;  // nothing is left to try
      if (!moved) usleep(1000);
    }
    TuningResult result{target_.cpu, options_.threads, elapsed(), peak_, {}};
    for (const KernelTuning& kernel : kernels_) result.kernels.push_back(kernel.result());
    return result;
  }

 private:
  struct Job {
    size_t kernel;
    Attempt attempt;
    std::unique_ptr<ChildProcess> child = nullptr;
    // Where the loader happens to put code and weights favours one of equal kernels, by 1 % often and by 15 %
    // at times. So a gain counts where a second process, which loads them in the other order, sees it too.
    std::optional<MeasureResult> won_once = std::nullopt;
  };

  double elapsed() const { return clock_.elapsed(); }
  bool over() const { return elapsed() > options_.budget || (options_.stop && options_.stop()); }
  bool busy() const { return measuring_ || !ready_.empty() || !compiling_.empty(); }
  fs::path archive(size_t kernel, int number) const {
    return scratch_ / fmt::format("k{:05}_{:07}.a", kernel, number);
  }
  fs::path expected(size_t kernel) const { return scratch_ / fmt::format("{}.expected", kernel); }
  fs::path result() const { return scratch_ / "result.json"; }

  double peak_share(const KernelResult& k) const {
    return TuningResult{"", options_.threads, 0, peak_, {}}.peak_share(k, k.seconds);
  }

  bool start_compiling() {
    const size_t jobs = cores_.compile_jobs();
    // As many ahead as keep the measuring core busy; more would be chosen without the latest results.
    if (compiling_.size() >= std::min<size_t>(std::max<size_t>(jobs, 1), 4) || ready_.size() >= 2)
      return false;
    if (jobs == 0 && (measuring_ || !ready_.empty())) return false;
    const Machine& machine = target_.machine;
    const double attainable = machine.bf16_products      ? dots_scheme().products_per_fma
                              : machine.pair_vectors > 0 ? winograd_scheme().products_per_fma
                                                         : 1;
    KernelTuning* best = nullptr;
    double most = 0;
    for (KernelTuning& kernel : kernels_)
      if (const double gain = kernel.expected_gain(peak_share(kernel.result()) / attainable); gain > most)
        most = gain, best = &kernel;
    if (!best) return false;
    std::optional<Attempt> attempt = best->next();
    if (!attempt) return true;
    const auto index = static_cast<size_t>(best - kernels_.data());
    const CompileRequest request{&best->work(),
                                 attempt->candidate.schedule,
                                 attempt->number,
                                 target_host_name(),
                                 options_.target,
                                 options_.products,
                                 archive(index, attempt->number),
                                 expected(index)};
    auto work = [request, temporary = scratch_.path().string()] {
      setenv("TMPDIR", temporary.c_str(), 1);  // a killed compiler's files go with ours
      compile_candidate(request);
    };
    compiling_.push_back({index, std::move(*attempt)});
    compiling_.back().child = std::make_unique<ChildProcess>(
        work, options_.limit, cores_.compiling(), scratch_ / fmt::format("compile-{}.log", logs_++ % 8));
    return true;
  }

  // The CPU's name as asked for, not the name that "host" stands for: "host" may have fewer features than
  // that name promises.
  const std::string& target_host_name() const { return options_.cpu; }

  bool collect_compiled() {
    const auto ended = std::find_if(compiling_.begin(), compiling_.end(), [](const Job& job) {
      return job.child->state() != ChildProcess::State::running;
    });
    if (ended == compiling_.end()) return false;
    Job job = std::move(*ended);
    compiling_.erase(ended);
    if (!succeeded(job)) return true;
    // Parameters that the chosen form does not use make different schedules of the same code.
    const size_t code = code_of(archive(job.kernel, job.attempt.number));
    const auto [twin, fresh] = same_code_[job.kernel].try_emplace(code, job.attempt.number);
    if (!fresh && twin->second != job.attempt.number) {
      kernels_[job.kernel].repeats(job.attempt, twin->second);
      fs::remove(archive(job.kernel, job.attempt.number));
    } else {
      ready_.push_back(std::move(job));
    }
    return true;
  }

  bool start_measuring() {
    if (measuring_ || ready_.empty() || (cores_.compile_jobs() == 0 && !compiling_.empty())) return false;
    measuring_ = std::move(ready_.front());
    ready_.pop_front();
    const Job& job = *measuring_;
    const int incumbent = kernels_[job.kernel].incumbent();
    const MeasureRequest request{&kernels_[job.kernel].work(),
                                 job.attempt.number,
                                 archive(job.kernel, job.attempt.number),
                                 incumbent < 0 ? fs::path() : archive(job.kernel, incumbent),
                                 archive(job.kernel, 0),
                                 expected(job.kernel),
                                 result(),
                                 job.won_once.has_value(),
                                 target_.machine,
                                 cores_.measuring()};
    fs::remove(result());
    measuring_->child = std::make_unique<ChildProcess>(
        [request, target = target_, runner = options_.runner, temporary = scratch_.path().string()] {
          setenv("TMPDIR", temporary.c_str(), 1);
          runner.empty() ? measure_candidate(request) : measure_elsewhere(request, target, runner);
        },
        options_.limit, cores_.measuring(), scratch_ / "measure.log");
    return true;
  }

  bool collect_measured() {
    if (!measuring_ || measuring_->child->state() == ChildProcess::State::running) return false;
    Job job = std::move(*measuring_);
    measuring_.reset();
    if (!succeeded(job)) return true;
    const nlohmann::json text = nlohmann::json::parse(read_bytes(result()).value_or(""), nullptr, false);
    MeasureResult found;
    try {
      found = text.get<MeasureResult>();
    } catch (const nlohmann::json::exception&) {
      found.verdict = "wrong";  // it wrote over the result, or never wrote one
    }
    peak_ = std::max(peak_, found.peak);
    KernelTuning& kernel = kernels_[job.kernel];
    const int before = kernel.incumbent();
    if (job.won_once) {
      found = both(*job.won_once, found);
    } else if (found.verdict == "faster" && before >= 0) {
      job.won_once = found;
      ready_.push_front(std::move(job));
      return true;
    }
    const bool changed = kernel.measured(job.attempt, found);
    const int loser = changed ? before : job.attempt.number;
    if (loser > 0) fs::remove(archive(job.kernel, loser));
    if (!changed) return true;
    const KernelResult& k = kernel.result();
    keeper_.keep(kernel.work(), k, peak_share(k), job.attempt.recorded || job.attempt.number == 0);
    report(fmt::format(
        "{} {:.1f} us{}", k.name, 1e6 * k.seconds,
        job.attempt.number == 0 ? " by default" : fmt::format(", {:.2f}x the default's speed", k.gain())));
    return true;
  }

  bool succeeded(const Job& job) {
    const ChildProcess::State state = job.child->state();
    if (state == ChildProcess::State::done) return true;
    kernels_[job.kernel].failed(job.attempt, state == ChildProcess::State::crashed ? "crashed"
                                             : state == ChildProcess::State::late  ? "late"
                                                                                   : "refused");
    if (job.attempt.number == 0)
      options_.complain(fmt::format("{}: the default schedule failed: {}", kernels_[job.kernel].work().name,
                                    job.child->message()));
    fs::remove(archive(job.kernel, job.attempt.number));
    return false;
  }

  void report(const std::string& news) { clock_.report(kernels_, news); }

  const TuneOptions& options_;
  const CpuTarget target_;
  const Cores cores_;
  RecordKeeper keeper_;
  const Scratch scratch_;
  SessionClock clock_{options_};
  std::vector<KernelTuning> kernels_;
  std::vector<std::map<size_t, int>> same_code_;  // [kernel] hash of the archive to the attempt's number
  std::vector<Job> compiling_;
  std::deque<Job> ready_;
  std::optional<Job> measuring_;
  double peak_ = 0;
  int logs_ = 0;
};

}  // namespace

TuningResult tune(const std::vector<KernelTask>& works, const TuneOptions& options) {
  return Session(works, options).run();
}

}  // namespace mobilith::tune
