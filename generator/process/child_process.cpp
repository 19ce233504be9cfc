#include "process/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace mobilith {

namespace {

[[noreturn]] void run(const std::function<void()>& work, pid_t parent, const std::vector<int>& cores,
                      const std::filesystem::path& log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);                                 // it died before the line above
  for (int ours : {SIGINT, SIGTERM, SIGHUP}) signal(ours, SIG_IGN);  // the parent decides
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(out, STDOUT_FILENO), dup2(out, STDERR_FILENO);
  int code = 0;
  try {
    if (!cores.empty()) pin_to(cores);
    work();
  } catch (const std::exception& error) {
    const std::string line = std::string(error.what()) + "\n";
    code = write(out, line.data(), line.size()) < 0 ? 2 : 1;
  }
  _exit(code);
}

// Libraries abort where they can't write, and can't say so in a log of the same disk.
bool is_full(const std::filesystem::path& folder) {
  struct statvfs disk;
  return statvfs(folder.c_str(), &disk) == 0 && disk.f_bavail * disk.f_frsize < (64 << 10);
}

}  // namespace

ChildProcess::ChildProcess(const std::function<void()>& work, double limit, const std::vector<int>& cores,
                           const std::filesystem::path& log)
    : deadline_(std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(limit))),
      log_(log) {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(fmt::format("can't start a process: {}", std::strerror(errno)));
  if (pid_ == 0) {
    setpgid(0, 0);
    run(work, parent, cores, log);
  }
  setpgid(pid_, pid_);  // on both sides, so that the group is there for whoever comes first
}

ChildProcess::~ChildProcess() {
  if (state_ == State::running) end(State::late);
}

// The group goes before its leader is reaped: until then its number is no one else's.
void ChildProcess::end(State state) {
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  state_ = state;
}

ChildProcess::State ChildProcess::state() {
  if (state_ != State::running) return state_;
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid == pid_) {
    if (info.si_code != CLD_EXITED) signal_ = info.si_status;
    end(info.si_code != CLD_EXITED ? State::crashed : info.si_status == 0 ? State::done : State::failed);
  } else if (std::chrono::steady_clock::now() > deadline_) {
    end(State::late);
  }
  return state_;
}

// No code of ours or of a library's ends by SIGKILL.
std::string ChildProcess::crash() const {
  return signal_ == SIGKILL ? "was killed, as a system does that is short of memory" : "crashed";
}

std::string ChildProcess::message() const {
  std::ifstream file(log_);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) last = line;
  if (!last.empty()) return last;
  if (state_ == State::late) return "it took longer than its time limit";
  if (state_ == State::crashed && is_full(log_.parent_path()))
    return fmt::format("it crashed; '{}' has no space left", log_.parent_path().string());
  if (state_ == State::crashed) return "it " + crash();
  return fmt::format("a process could not write into '{}' why it failed; expected a folder with space left",
                     log_.parent_path().string());
}

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int core = 0; core < CPU_SETSIZE; core++)
      if (CPU_ISSET(core, &set)) cores.push_back(core);
  if (cores.empty()) cores.push_back(0);
  return cores;
}

void pin_to(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int core : cores) CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

}  // namespace mobilith
