// What a copy of the weights in large pages gains: mobilith_options.large_pages.
#pragma once

#include <functional>

#include "bench/loaded_library.h"
#include "bench/statistics.h"

namespace mobilith {

struct LargePages {
  Timing with, without;  // of a run
  int rounds = 0;
  size_t bytes = 0;  // of the copy that are in large pages, as Linux says; 0: none, or it does not say
};

// Two sessions in one process, in turn: each runs once, so that the caches hold what it leaves there, then
// once more by the clock. seconds, progress: MeasureOptions's. With one thread the calling thread is pinned
// meanwhile. Throws LoadError with the runtime's message.
LargePages measure_large_pages(const LoadedLibrary&, int threads, double seconds,
                               const std::function<void(double share)>& progress);

}  // namespace mobilith
