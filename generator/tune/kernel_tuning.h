// One kernel on its way: its search, its incumbent, and what came of each candidate.
#pragma once

#include <optional>

#include "records/records.h"
#include "tune/measure_candidate.h"
#include "tune/search.h"
#include "tune/tuning_result.h"

namespace mobilith::tune {

// A candidate with a place in the kernel's count: 0 is the default schedule.
struct Attempt {
  int number = 0;
  Candidate candidate;
  bool recorded = false;  // the schedule of an earlier session's record, found by the same method
};

class KernelTuning {
 public:
  // record: of an earlier session, or null; one of another method is a candidate like any other, its time
  // says nothing here. most: candidates to try.
  KernelTuning(const KernelTask&, const Machine&, uint64_t seed, const TuningRecord* record, int most,
               const std::string& method = "measured");

  const KernelTask& work() const { return *work_; }
  const KernelResult& result() const { return result_; }
  // What one more candidate may gain, in shares of the networks' time; 0: there is nothing left to try, or
  // the default is not measured yet and on its way.
  double expected_gain(double peak_share) const;
  // The next one, default first, then the record's. Nothing: none is left.
  std::optional<Attempt> next();

  // An attempt's end. failed() gives its kind; measured() is true where the incumbent has changed (a default
  // alone is a change too).
  void failed(const Attempt&, const std::string& kind);
  // Its code is that of candidate `earlier`.
  void repeats(const Attempt&, int earlier);
  bool measured(const Attempt&, const MeasureResult&);

  // The incumbent's place in the count; -1: there is none yet.
  int incumbent() const { return incumbent_; }

 private:
  void note(const Attempt&, double seconds);

  const KernelTask* work_;
  Search search_;
  KernelResult result_;
  nlohmann::json recorded_;
  double recorded_seconds_ = 0;
  bool proved_ = false;  // recorded_ was found by this method
  int most_, given_ = 0, open_ = 0, incumbent_ = -1;
  int default_failures_ = 0;
  int dry_ = 0;  // candidates since the last gain
  bool exhausted_ = false;
};

}  // namespace mobilith::tune
