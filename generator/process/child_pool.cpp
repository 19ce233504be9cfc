#include "process/child_pool.h"

#include <unistd.h>

#include <list>

namespace mobilith {

void run_children(size_t jobs, const ChildPool& pool) {
  struct Running {
    size_t job;
    std::unique_ptr<ChildProcess> child;
  };
  std::list<Running> running;
  for (size_t next = 0; next < jobs || !running.empty();) {
    while (next < jobs && running.size() < pool.at_once) {
      running.push_back({next, pool.start(next)});
      next++;
    }
    usleep(1000);
    pool.idle();
    for (auto entry = running.begin(); entry != running.end();) {
      if (entry->child->state() == ChildProcess::State::running) {
        entry++;
        continue;
      }
      const Running done = std::move(*entry);
      entry = running.erase(entry);
      pool.ended(done.job, *done.child);
    }
  }
}

}  // namespace mobilith
