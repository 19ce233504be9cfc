// How kernels are compiled, whatever they are compiled to.
#pragma once

#include <functional>
#include <string>

namespace mobilith {

struct Progress {
  int done = 0, total = 0;  // kernels
  std::string what;         // the kernel just finished, or the stage
};

struct CompileOptions {
  bool cache = true;  // reuse compiled kernels of earlier runs
  int jobs = 0;       // processes that compile kernels; 0: one per core
  std::function<void(const Progress&)> progress;
};

}  // namespace mobilith
