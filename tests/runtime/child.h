// Children of the test's process.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace mobilith::handmade {

// Forks, and has the child do this. "right" where it returned true in time, else what became of it: "wrong",
// "hung", "signal 11".
std::string in_child(const std::function<bool()>& what);

// The same in pieces, for a fork in the middle of something: fork() with a deadline in the child; the child's
// end; what the parent learns of it.
pid_t fork_with_deadline();
[[noreturn]] void end_child(bool right);
std::string end_of(pid_t child);

}  // namespace mobilith::handmade
