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
  // A kernel whose record's schedule the compiler fails on twice gets the analytic default, and `complain`
  // says so. Otherwise, and where the default fails, it is an error.
  bool default_where_records_fail = false;
  std::function<void(const std::string&)> complain;  // a line about what was passed over; may be empty
};

}  // namespace mobilith
