#include "runtime/child.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mobilith::handmade {

pid_t fork_with_deadline() {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGALRM, SIG_DFL);
    alarm(30);
  }
  return child;
}

// Nothing of the parent's at exit: no report of the test's, no leaks of threads that are not here.
void end_child(bool right) { _exit(right ? 0 : 1); }

std::string end_of(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return "no child";
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGALRM ? "hung" : "signal " + std::to_string(WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "right" : "wrong";
}

std::string in_child(const std::function<bool()>& what) {
  const pid_t child = fork_with_deadline();
  if (child == 0) end_child(what());
  return end_of(child);
}

}  // namespace mobilith::handmade
