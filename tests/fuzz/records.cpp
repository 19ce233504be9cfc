// Tuning records: what is read can be printed and read again; complaints are single lines.
#include "records/records.h"

#include <cstdlib>
#include <string>

#include "fuzz/harness.h"
#include "records/verify_record.h"

using namespace mobilith;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto one_line = [](const std::string& line) {
    if (line.find('\n') != line.npos) std::abort();
  };
  const TuningRecords records =
      TuningRecords::parse(std::string(reinterpret_cast<const char*>(bytes), size), one_line);
  const std::string printed = records.print();
  if (TuningRecords::parse(printed, [](const std::string&) { std::abort(); }).print() != printed)
    std::abort();
  return 0;
}
