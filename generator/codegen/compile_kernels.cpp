#include "codegen/compile_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "codegen/close_kernel.h"
#include "codegen/halide_bitcode.h"
#include "codegen/kernel_cache.h"
#include "process/child_pool.h"
#include "process/files.h"
#include "process/scratch.h"
#include "schedules/kernel_types.h"
#include "targets/errors.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr double limit = 24 * 3600;  // seconds for one kernel: none that an emulated machine would meet

std::string closed(const KernelJob& job, const fs::path& file) {
  const std::optional<std::string> bitcode = read_bytes(file);
  if (!bitcode)
    throw CodegenError(fmt::format("'{}' can't be read: {}", file.string(), std::strerror(errno)));
  try {
    return close_kernel(*bitcode, *job.target);
  } catch (const CodegenError& error) {
    throw CodegenError(fmt::format("kernel {}: {}", job.kernel->name, error.what()));
  }
}

// In a child. Halide's messages have several lines; the first says what is wrong, and a log's last is kept.
void compile(const KernelJob& job, const fs::path& bitcode) {
  try {
    write_bitcode(*job.kernel, *job.target, bitcode);
    replace_file(bitcode, closed(job, bitcode));
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw std::runtime_error(text.substr(0, text.find('\n', text.find_first_not_of('\n'))));
  }
}

// What the child says, or how it ended. LLVM ends a process that can't write, and names no file.
std::string failure(const std::string& kernel, ChildProcess& child, const fs::path& folder) {
  const ChildProcess::State state = child.state();
  const std::string message = state == ChildProcess::State::failed ? child.message() : "";
  if (message.find("IO failure") != std::string::npos)
    return fmt::format("kernel {}: {}; its file is in '{}'", kernel, message, folder.string());
  if (!message.empty()) return message;
  return fmt::format("kernel {}: the compiler {}", kernel,
                     state == ChildProcess::State::late     ? std::string("took too long")
                     : state == ChildProcess::State::failed ? std::string("failed and says nothing")
                                                            : child.crash());
}

class Compilation {
 public:
  Compilation(const std::vector<KernelJob>& jobs, const CompileOptions& options)
      : jobs_(jobs),
        options_(options),
        cache_(options.cache ? cache_folder() : fs::path(), options.complain),
        keys_(jobs.size()),
        failures_(jobs.size()),
        bitcode_(jobs.size()) {}

  std::vector<std::string> run() {
    std::vector<size_t> missing;
    for (size_t i = 0; i < jobs_.size(); i++)
      if (!take_cached(i)) missing.push_back(i);
    report("");
    while (!missing.empty()) {
      again_.clear();
      run(missing);
      missing = again_;
    }
    return std::move(bitcode_);
  }

 private:
  void report(const std::string& what) const {
    if (options_.progress) options_.progress({done_, static_cast<int>(jobs_.size()), what});
  }

  bool take_cached(size_t i) {
    if (options_.cache) keys_[i] = kernel_key(*jobs_[i].kernel, *jobs_[i].target);
    std::optional<std::string> cached = options_.cache ? cache_.read(keys_[i]) : std::nullopt;
    if (!cached) return false;
    bitcode_[i] = std::move(*cached);
    done_++;
    return true;
  }

  void run(const std::vector<size_t>& missing) {
    const Scratch scratch;
    const auto file = [&](size_t job) { return scratch / fmt::format("{}.bc", job); };
    ChildPool pool;
    pool.at_once = options_.jobs > 0 ? static_cast<size_t>(options_.jobs)
                                     : std::max(1u, std::thread::hardware_concurrency());
    pool.start = [&](size_t job) {
      return std::make_unique<ChildProcess>([&, job] { compile(jobs_[missing[job]], file(job)); }, limit,
                                            std::vector<int>(), scratch / fmt::format("{}.log", job));
    };
    pool.ended = [&](size_t job, ChildProcess& child) {
      const size_t i = missing[job];
      if (child.state() != ChildProcess::State::done)
        return failed(i, failure(jobs_[i].kernel->name, child, file(job).parent_path()));
      const std::optional<std::string> bytes = read_bytes(file(job));
      if (!bytes)
        return failed(i, fmt::format("kernel {}: its bitcode can't be read: {}", jobs_[i].kernel->name,
                                     std::strerror(errno)));
      bitcode_[i] = *bytes;
      if (options_.cache) cache_.write(keys_[i], bitcode_[i]);
      done_++;
      report(jobs_[i].kernel->name);
    };
    pool.idle = [&] { report(""); };
    run_children(missing.size(), pool);
  }

  // A record may hold a schedule that fits, builds, and breaks the compiler. The second try is for what was
  // the system's fault: equal arguments give equal libraries.
  void failed(size_t i, const std::string& why) {
    PlannedKernel& kernel = *jobs_[i].kernel;
    const bool recorded = kernel.schedule_source != default_source && kernel.schedule_source != direct_source;
    if (!recorded || !options_.default_where_records_fail) throw CodegenError(why);
    if (++failures_[i] == 2) {
      if (options_.complain)
        options_.complain(fmt::format("{}; the schedule {} is passed over: {}", why, kernel.schedule_source,
                                      kernel.schedule.dump()));
      kernel.schedule = kernel_type(kernel.type).default_schedule(kernel.shape, jobs_[i].target->machine);
      kernel.schedule_source = default_source;
      if (take_cached(i)) return;
    }
    again_.push_back(i);
  }

  const std::vector<KernelJob>& jobs_;
  const CompileOptions& options_;
  const KernelCache cache_;
  std::vector<std::string> keys_;
  std::vector<int> failures_;
  std::vector<std::string> bitcode_;
  std::vector<size_t> again_;
  int done_ = 0;
};

}  // namespace

std::vector<std::string> compile_kernels(const std::vector<KernelJob>& jobs, const CompileOptions& options) {
  return Compilation(jobs, options).run();
}

}  // namespace mobilith
