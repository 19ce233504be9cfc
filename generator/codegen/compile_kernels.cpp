#include "codegen/compile_kernels.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <thread>

#include "codegen/halide_bitcode.h"
#include "codegen/kernel_cache.h"
#include "process/files.h"
#include "process/temporary_folder.h"
#include "targets/errors.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

// A temporary folder that goes when it goes.
struct ScratchFolder {
  fs::path path;
  ScratchFolder() {
    std::string name = (temporary_folder() / "mobilith-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw CodegenError(fmt::format("can't make a temporary folder {}: {}", name, std::strerror(errno)));
    path = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

// Forked children, killed and reaped when this goes.
class Children {
 public:
  explicit Children(fs::path scratch) : scratch_(std::move(scratch)) {}
  ~Children() {
    for (const auto& [pid, index] : running_) kill(pid, SIGKILL);
    for (const auto& [pid, index] : running_) waitpid(pid, nullptr, 0);
  }
  size_t running() const { return running_.size(); }
  fs::path bitcode(size_t index) const { return scratch_ / fmt::format("{}.bc", index); }
  fs::path message(size_t index) const { return scratch_ / fmt::format("{}.txt", index); }

  void start(size_t index, const KernelJob& job) {
    const pid_t pid = fork();
    if (pid < 0) throw CodegenError(fmt::format("can't start a process: {}", std::strerror(errno)));
    if (pid > 0) return void(running_.emplace(pid, index));
    signal(SIGINT, SIG_IGN);  // the parent decides
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int code = 0;
    try {
      write_bitcode(*job.kernel, *job.target, bitcode(index));
    } catch (const std::exception& error) {
      std::ofstream(message(index)) << error.what();
      code = 1;
    }
    _exit(code);
  }

  // The index of one that has ended, or -1 after a moment, so that the caller can look up.
  int wait(const std::vector<KernelJob>& jobs) {
    int status = 0;
    const auto child = std::find_if(running_.begin(), running_.end(), [&](const auto& entry) {
      return waitpid(entry.first, &status, WNOHANG) == entry.first;
    });
    if (child == running_.end()) return usleep(2000), -1;
    const size_t index = child->second;
    running_.erase(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return static_cast<int>(index);
    const std::string text = read_bytes(message(index)).value_or("");
    if (!text.empty()) throw CodegenError(text.substr(0, text.find('\n')));
    throw CodegenError(fmt::format("kernel {}: the compiler ended with {} {}", jobs[index].kernel->name,
                                   WIFSIGNALED(status) ? "signal" : "code",
                                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
  }

 private:
  fs::path scratch_;
  std::map<pid_t, size_t> running_;
};

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
  const ScratchFolder scratch;
  Children children(scratch.path);
  size_t next = 0;
  while (next < missing.size() || children.running() > 0) {
    while (next < missing.size() && children.running() < at_once) {
      children.start(missing[next], jobs[missing[next]]);
      next++;
    }
    const int index = children.wait(jobs);
    if (index < 0) {
      report("");
      continue;
    }
    bitcode[index] = read_bytes(children.bitcode(index)).value_or("");
    write_cached(folder, keys[index], bitcode[index]);
    done++;
    report(jobs[index].kernel->name);
  }
  return bitcode;
}

}  // namespace mobilith
