// The tuning session: compiles candidates on some cores while one is measured on another, until the time is
// up.
#pragma once

#include <filesystem>
#include <functional>

#include "records/record_files.h"
#include "targets/numbers.h"
#include "targets/products.h"
#include "tune/kernel_tasks.h"
#include "tune/tuning_result.h"

namespace mobilith::tune {

struct TuneProgress {
  int kernels = 0, measured = 0, candidates = 0;
  double gain = 1, seconds_left = 0;
  std::string news;  // a kernel whose incumbent has just changed; empty: time has passed
};

struct TuneOptions {
  std::string cpu = "host";  // code that this machine, or the runner's, can run
  std::string target;        // its platform; empty: the CPU's
  Products products = Products::automatic;
  bool bytes = false;                  // of quantised networks: resolve_cpu()'s
  Precision numbers = Precision::f32;  // of networks of floats: resolve_cpu()'s
  int threads = 1;                     // of the session that is timed, each on a core of its own
  double budget = 600;                 // seconds
  double limit = 30;                   // seconds for one candidate to compile, and to run
  int candidates = 1 << 30;            // for each kernel, at most
  uint64_t seed = 1;
  std::string runner;             // the command that runs executables elsewhere; empty: measured here
  std::filesystem::path records;  // the file that the results go to, and come from
  Complain complain;              // lines about that file
  std::function<void(const TuneProgress&)> progress;
  std::function<bool()> stop;  // asked all the time
};

// Every gain is in the record file before the next candidate is measured. A candidate that crashes, hangs or
// computes something else than the reference is counted, and nothing more. Leaves no process and no temporary
// file behind. Call it with no other thread running. Throws CodegenError, RecordFileError.
TuningResult tune(const std::vector<KernelTask>&, const TuneOptions&);

}  // namespace mobilith::tune
