// Tuning records: measured schedules as data, in schedules/tuned/<cpu>.json. This file knows no CPU's name
// and measures nothing.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "networks/element_type.h"
#include "targets/machine.h"

namespace mobilith {

// What a record is for: two records with equal keys are rivals.
struct RecordKey {
  std::string type;                              // of the kernel, in kernel_types()
  nlohmann::json shape;                          // of that type
  std::string dtype{name_of(ElementType::f32)};  // of the kernel's tensors
  std::string isa;                               // "avx512", "avx2", ...: CpuTarget::isa()
  Machine machine;                               // lanes, registers, caches
  int threads = 1;
};

struct TuningRecord {
  RecordKey key;
  nlohmann::json schedule;
  std::string method = "measured";  // or "static": chosen by a cost model alone
  double seconds = 0;               // best time of one run
  double default_seconds = 0;       // of the analytic default, in the same interleaved run
  // Multiply-adds, as a share of the FMA peak of all threads measured in the same process; above 1 where
  // products are paired (products/winograd.h).
  double peak_share = 0;
  std::string generator;  // MOBILITH_VERSION
  std::string date;       // 2026-11-24
};

// A set of records, one per key, in the key's order.
class TuningRecords {
 public:
  // The text of a file. What can't be used (an entry that is damaged or from a newer version) is skipped and
  // told to `complain`, one line each; a text that is no such file at all gives an empty set and one line.
  static TuningRecords parse(const std::string& text,
                             const std::function<void(const std::string&)>& complain);
  std::string print() const;  // sorted, one field a line: made for diffs; parse(print()) is the same set

  // Keeps the better of two rivals. The order is total (measured before static, then the shorter time, then
  // the text), so that merging is commutative, associative and idempotent. True if `record` was taken; one
  // that no file could hold (fault() in record_entry.h says why) is not.
  bool add(const TuningRecord& record);
  void merge(const TuningRecords&);
  const TuningRecord* find(const RecordKey&) const;  // null: none
  const std::map<std::string, TuningRecord>& all() const { return records_; }

 private:
  std::map<std::string, TuningRecord> records_;  // by the key's text
};

}  // namespace mobilith
