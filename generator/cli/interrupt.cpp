#include "cli/interrupt.h"

#include <csignal>

namespace mobilith {

namespace {

volatile std::sig_atomic_t signals = 0;

void on_signal(int signal) {
  signals = signals + 1;
  if (signals > 1) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

void notice_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // The terminal is gone; nohup says that it does not matter.
  if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

bool interrupted() { return signals > 0; }

void throw_if_interrupted() {
  if (interrupted()) throw Interrupted();
}

}  // namespace mobilith
