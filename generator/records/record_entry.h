// One tuning record as an entry of a record file.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "records/records.h"

namespace mobilith {

// Compact JSON; equal for equal keys alone, and what record files are sorted by: type, shape, dtype, isa,
// machine, threads.
std::string key_text(const RecordKey&);

// Throws std::invalid_argument, one line that names the field and what was expected: for a missing field, a
// wrong type or value, and for a field that this version does not know (it may decide what the record is
// for).
TuningRecord read_record(const nlohmann::json& entry);

// Of several lines, one field each, each beginning with `indent`; no newline at the end. read_record() reads
// the same record from it.
std::string print_record(const TuningRecord&, const std::string& indent = "");

// What makes a record unfit for a set, in one line: a time that is negative, not finite or, measured, zero;
// an unknown kernel type; shape or schedule that are no objects.
std::optional<std::string> fault(const TuningRecord&);

}  // namespace mobilith
