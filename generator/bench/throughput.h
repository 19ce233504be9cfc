// Many runs at once: sessions of one library, each on a core of its own.
#pragma once

#include <functional>

#include "bench/loaded_library.h"

namespace mobilith {

struct Throughput {
  int sessions = 0, cores = 0;  // cores: that they can have at once
  double runs_per_second = 0;   // of all sessions together
  double alone = 0;             // of one of them while the others wait, measured before
  size_t session_bytes = 0;     // that each takes; the weights are there once
  size_t weights_bytes = 0;
};

// sessions: at least 1; session i is pinned to the i-th of the cores that this process may use, round and
// round, where the system allows. Half of the seconds, about, are for one session alone. progress: 0 to 1,
// now and then, from the calling thread; may throw, which ends the sessions' threads. Throws LoadError with
// the runtime's message.
Throughput measure_throughput(const LoadedLibrary&, int sessions, double seconds,
                              const std::function<void(double share)>& progress);

}  // namespace mobilith
