#include "codegen/compile_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "codegen/halide_bitcode.h"
#include "codegen/kernel_cache.h"
#include "process/child_pool.h"
#include "process/files.h"
#include "process/scratch.h"
#include "targets/errors.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr double limit = 24 * 3600;  // seconds for one kernel: none that an emulated machine would meet

// In a child. Halide's messages have several lines; the first says what is wrong.
void compile(const KernelJob& job, const fs::path& bitcode) {
  try {
    write_bitcode(*job.kernel, *job.target, bitcode);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw std::runtime_error(text.substr(0, text.find('\n', text.find_first_not_of('\n'))));
  }
}

}  // namespace

std::vector<std::string> compile_kernels(const std::vector<KernelJob>& jobs, const CompileOptions& options) {
  const size_t count = jobs.size();
  const fs::path folder = options.cache ? cache_folder() : fs::path();
  std::vector<std::string> bitcode(count), keys(count);
  std::vector<size_t> missing;
  for (size_t i = 0; i < count; i++) {
    if (options.cache) keys[i] = kernel_key(*jobs[i].kernel, *jobs[i].target);
    if (auto cached = read_cached(folder, keys[i]))
      bitcode[i] = std::move(*cached);
    else
      missing.push_back(i);
  }
  int done = static_cast<int>(count - missing.size());
  auto report = [&](const std::string& what) {
    if (options.progress) options.progress({done, static_cast<int>(count), what});
  };
  report("");
  if (missing.empty()) return bitcode;

  const size_t at_once = options.jobs > 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  const Scratch scratch;
  const auto file = [&](size_t job) { return scratch / fmt::format("{}.bc", job); };
  ChildPool pool;
  pool.at_once = at_once;
  pool.start = [&](size_t job) {
    return std::make_unique<ChildProcess>([&, job] { compile(jobs[missing[job]], file(job)); }, limit,
                                          std::vector<int>(), scratch / fmt::format("{}.log", job));
  };
  pool.ended = [&](size_t job, ChildProcess& child) {
    const size_t index = missing[job];
    const ChildProcess::State state = child.state();
    if (state == ChildProcess::State::failed && !child.message().empty()) throw CodegenError(child.message());
    if (state != ChildProcess::State::done)
      throw CodegenError(fmt::format("kernel {}: the compiler {}", jobs[index].kernel->name,
                                     state == ChildProcess::State::late     ? "took too long"
                                     : state == ChildProcess::State::failed ? "failed and says nothing"
                                                                            : "crashed"));
    bitcode[index] = read_bytes(file(job)).value_or("");
    write_cached(folder, keys[index], bitcode[index]);
    done++;
    report(jobs[index].kernel->name);
  };
  pool.idle = [&] { report(""); };
  run_children(missing.size(), pool);
  return bitcode;
}

}  // namespace mobilith
