#include "records/record_sources.h"

#include "records/embedded_records.h"

namespace mobilith {

RecordSource records_in_folder(const std::filesystem::path& folder, const Complain& complain) {
  return [=](const std::string& cpu) { return read_records(record_file(folder, cpu), complain); };
}

RecordSource embedded_records() {
  return [](const std::string& cpu) {
    for (const embedded::RecordFile& file : embedded::record_files())
      if (file.cpu == cpu) return TuningRecords::parse(std::string(file.text), {});
    return TuningRecords();
  };
}

}  // namespace mobilith
