// A challenger against the incumbent, and against the default: what the measuring child does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "targets/machine.h"
#include "tune/kernel_tasks.h"

namespace mobilith::tune {

struct MeasureRequest {
  const KernelTask* work;
  int number = 0;                                           // of the candidate
  std::filesystem::path challenger, incumbent, by_default;  // archives; no incumbent: the challenger is alone
  std::filesystem::path expected;                           // the reference's output
  std::filesystem::path result;                             // to write
  bool incumbent_first = false;                             // into memory
  Machine machine;
  std::vector<int> cores;  // as many as the session gets threads
};

struct MeasureResult {
  std::string verdict = "failed";  // faster, slower, open, wrong
  double difference = 0;           // from the reference
  double ratio = 1;                // the challenger's time over the incumbent's: median of the rounds
  double default_ratio = 1;        // over the default's, where the challenger has won
  double seconds = 0;              // the challenger's best run
  double peak = 0;                 // GFLOP/s of one core, the best burst between the runs; 0: not measured
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MeasureResult, verdict, difference, ratio, default_ratio, seconds, peak)

// For a child process that is pinned already. Throws LoadError.
void measure_candidate(const MeasureRequest&);

}  // namespace mobilith::tune
