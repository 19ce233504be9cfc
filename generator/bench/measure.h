// Times a library: whole runs, its kernels, and the core's peak, interleaved in one process.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/loaded_library.h"
#include "bench/statistics.h"

namespace mobilith {

struct StepTiming {
  std::string block, kernel;
  Timing time;
  int64_t madds = 0, bytes = 0;
};

struct Measurement {
  Timing run;
  int rounds = 0;
  double peak = 0;                               // GFLOP/s of one core, the best burst
  PeakProducts products = PeakProducts::floats;  // that the peak is of: LoadedLibrary::products()
  int cores = 1;                                 // that the threads can have at once: what shares are of
  std::vector<StepTiming> steps;
  int64_t madds() const;
  double peak_of_cores() const { return peak * cores; }
};

struct MeasureOptions {
  int threads = 1;
  double seconds = 2.0;                        // about; at least ten rounds
  std::function<void(double share)> progress;  // 0 to 1, after each round; may throw
};

// Each round: one run untouched, one with a clock around every kernel, one burst of the library's
// products. With one thread the calling thread is pinned to its core meanwhile, where the system allows.
// Throws LoadError with the runtime's message.
Measurement measure(const LoadedLibrary&, const MeasureOptions&);

}  // namespace mobilith
