// The record file of a session.
#pragma once

#include "records/record_files.h"
#include "targets/target.h"
#include "tune/kernel_tasks.h"
#include "tune/tuning_result.h"

namespace mobilith::tune {

class RecordKeeper {
 public:
  // method: TuningRecord's. Throws RecordFileError.
  RecordKeeper(std::filesystem::path file, const CpuTarget&, int threads, Complain,
               std::string method = "measured");

  // What an earlier session found; null: nothing.
  const TuningRecord* find(const KernelTask&) const;
  // Adds the incumbent. `known`: it is the default or an earlier record, which must not push out what the
  // file holds: a default measured in a quiet moment may seem faster than a better schedule did in a noisy
  // one. A measured one, and be it of the default, pushes out a static one.
  void keep(const KernelTask&, const KernelResult&, double peak_share, bool known);

 private:
  RecordKey key(const KernelTask&) const;

  std::filesystem::path file_;
  CpuTarget target_;
  int threads_;
  Complain complain_;
  std::string method_;
  TuningRecords earlier_;
};

}  // namespace mobilith::tune
