#include "cli/stack_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "cli/standard_streams.h"

namespace mobilith {

namespace {

constexpr rlim_t wanted_stack = rlim_t{8} << 20, least_stack = rlim_t{256} << 10;  // bytes

}  // namespace

bool has_stack() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= wanted_stack) return true;
  // Linux looks at the limit when the stack grows, and leaves 128 MB below it free of other things.
  limit.rlim_cur = std::min(wanted_stack, limit.rlim_max);
  if (setrlimit(RLIMIT_STACK, &limit) != 0) getrlimit(RLIMIT_STACK, &limit);
  if (limit.rlim_cur >= least_stack) return true;
  say("mobilith: the stack may have {} KB (ulimit -s), expected {} KB or more\n", limit.rlim_cur >> 10,
      least_stack >> 10);
  return false;
}

}  // namespace mobilith
