// Work in a process of its own, so that a crash or a hang costs that work alone.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mobilith {

class ChildProcess {
 public:
  enum class State { running, done, failed, crashed, late };

  // Runs `work` in a fork of this process, on these cores (none: wherever this process may run); what it
  // prints, and the message of an exception, go to the file `log`. The child and what it starts are killed
  // after `limit` seconds, when this goes, and when this process dies. Call it with no other thread running.
  // Throws std::runtime_error.
  ChildProcess(const std::function<void()>& work, double limit, const std::vector<int>& cores,
               const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;

  // Does not wait.
  State state();
  // The last line of the log; if there is none, how the child ended, or that the log could not be written,
  // and its folder.
  std::string message() const;
  // How it ended where the state is `crashed`: "crashed", or that others killed it.
  std::string crash() const;

 private:
  void end(State);

  pid_t pid_;
  int signal_ = 0;  // that it crashed of
  State state_ = State::running;
  std::chrono::steady_clock::time_point deadline_;
  std::filesystem::path log_;
};

// The cores that this process may run on.
std::vector<int> allowed_cores();
// Best effort: a system that refuses only makes the figures noisier.
void pin_to(const std::vector<int>& cores);

}  // namespace mobilith
