// Where tuning records are looked for: folders of record files, and the files inside the generator.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "records/record_files.h"

namespace mobilith {

// The records of one CPU (LLVM's name); none where the source does not know it.
using RecordSource = std::function<TuningRecords(const std::string& cpu)>;

RecordSource records_in_folder(const std::filesystem::path& folder, const Complain&);
RecordSource embedded_records();

}  // namespace mobilith
