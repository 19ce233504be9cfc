#include "process/confined_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "process/system_calls.h"

namespace mobilith {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

void limit(decltype(RLIMIT_AS) what, rlim_t soft, rlim_t hard) {
  const rlimit values{soft, hard};
  setrlimit(what, &values);
}

// Of this process, as far as the system says.
size_t address_space() {
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Files that this process has open for others are none of the child's.
void close_others(int channel) {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (!sanitized || standard != STDERR_FILENO) dup2(nothing, standard);
  constexpr int place = STDERR_FILENO + 1;
  if (channel != place) dup2(channel, place);
#ifdef SYS_close_range
  if (syscall(SYS_close_range, place + 1, ~0u, 0) == 0) return;
#endif
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  for (int file = place + 1; file < static_cast<int>(std::min<rlim_t>(files.rlim_cur, 1 << 16)); file++)
    close(file);
}

[[noreturn]] void run(const std::function<void(int)>& work, pid_t parent, int channel, size_t space,
                      const ChildLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  for (int ours : {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGSEGV, SIGBUS, SIGABRT}) signal(ours, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  close_others(channel);
  const auto seconds = static_cast<rlim_t>(limits.seconds);
  limit(RLIMIT_CORE, 0, 0), limit(RLIMIT_FSIZE, 0, 0), limit(RLIMIT_CPU, seconds, seconds + 1);
  if (!sanitized) {
    limit(RLIMIT_AS, space + limits.bytes, space + limits.bytes);
    limit(RLIMIT_NOFILE, 0, 0), limit(RLIMIT_NPROC, 0, 0);
    allow_computing_only();
  }
  work(STDERR_FILENO + 1);
  _exit(0);
}

}  // namespace

ConfinedChild::ConfinedChild(const std::function<void(int)>& work, const ChildLimits& limits)
    : seconds_(limits.seconds),
      deadline_(std::chrono::steady_clock::now() + std::chrono::seconds(4 * limits.seconds)) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error(fmt::format("can't make a channel to a process: {}", std::strerror(errno)));
  const pid_t parent = getpid();
  const size_t space = address_space();
  pid_ = fork();
  if (pid_ == 0) run(work, parent, ends[1], space, limits);
  const int error = errno;
  close(ends[1]);
  channel_ = ends[0];
  if (pid_ > 0) return;
  close(channel_);
  throw std::runtime_error(fmt::format("can't start a process: {}", std::strerror(error)));
}

ConfinedChild::~ConfinedChild() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  close(channel_);
}

bool ConfinedChild::readable() const {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{channel_, POLLIN, 0};
    const int found = poll(&waiting, 1, static_cast<int>(left.count()));
    if (found > 0) return waiting.revents & POLLIN;
    if (found < 0 && errno != EINTR) return false;
  }
}

std::string ConfinedChild::end() {
  shutdown(channel_, SHUT_WR);  // it may be waiting for a word of ours
  // Its end of the channel closes when it ends.
  char unread[1 << 16];
  while (readable() && read(channel_, unread, sizeof unread) > 0) continue;
  const bool late = std::chrono::steady_clock::now() >= deadline_;
  if (late) kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  if (late) return fmt::format("took more than {} s", 4 * seconds_);
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
    return fmt::format("took more than {} s of computing, or was killed", seconds_);
  if (WIFSIGNALED(status)) return fmt::format("died of {}", strsignal(WTERMSIG(status)));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace mobilith
