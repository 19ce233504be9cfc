// Ctrl-C: noticed between steps, so that whoever works can take back what is half done.
#pragma once

namespace mobilith {

struct Interrupted {
  const char* left = "nothing was left behind";
};

// From here on SIGINT, SIGTERM and SIGHUP (unless that was ignored) only set a flag; a second one ends the
// process at once.
void notice_interrupts();

bool interrupted();

// Throws Interrupted where a signal has come.
void throw_if_interrupted();

}  // namespace mobilith
