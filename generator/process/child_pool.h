// Many jobs in child processes, some at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "process/child_process.h"

namespace mobilith {

struct ChildPool {
  size_t at_once = 1;
  // Makes the child of a job.
  std::function<std::unique_ptr<ChildProcess>(size_t job)> start;
  // Is told of each child that ended, in the order in which they do.
  std::function<void(size_t job, ChildProcess&)> ended;
  // Is called about every millisecond meanwhile.
  std::function<void()> idle;
};

// Runs jobs 0 to `jobs` - 1 in their order. Returns when all ended. If a function throws, the children that
// still run are killed.
void run_children(size_t jobs, const ChildPool&);

}  // namespace mobilith
