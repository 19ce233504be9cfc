// Tuning records as people see them: numbered, one kernel a row.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "records/records.h"

namespace mobilith {

struct RecordRow {
  size_t index;        // from 0, in the order of cpu, then key
  std::string cpu;     // the file's name
  std::string kernel;  // kernel_name()
  TuningRecord record;
};

// The records of a file or of a folder's *.json; of those inside the program where `path` is empty. What
// can't be used gets one line each on standard error. Throws std::runtime_error where there is no such file,
// or nothing in it can be used.
std::vector<RecordRow> record_rows(const std::string& path);

std::vector<RecordRow> rows_of(const std::string& file, const TuningRecords&);

// The records of one file, as above.
TuningRecords records_of(const std::string& file);

// The record's entry in a file, with index, cpu, kernel and gain added.
nlohmann::json row_json(const RecordRow&);

// How much shorter than the default's the time is: 0.1 is 10 % faster. 0 where nothing was measured.
double gain(const TuningRecord&);

}  // namespace mobilith
