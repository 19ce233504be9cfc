#include "records/verify_record.h"

#include <fmt/format.h>

#include "records/record_entry.h"
#include "schedules/kernel_types.h"

namespace mobilith {

namespace {

// Without the library's tag: "[json.exception.out_of_range.403] key 'window' not found".
std::string first_line(const std::exception& error) {
  std::string text = error.what();
  if (text.starts_with("[json.exception")) text = text.substr(text.find("] ") + 2);
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::optional<std::string> why_unusable(const TuningRecord& record) {
  if (const auto why = fault(record)) return why;
  const RecordKey& key = record.key;
  const KernelType& type = kernel_type(key.type);
  try {
    const nlohmann::json canonical = type.canonical_shape(key.shape);
    if (canonical != key.shape)
      return fmt::format("the shape is no {}'s: expected the fields of {}", type.name, canonical.dump());
  } catch (const std::exception& error) {
    return fmt::format("the shape is no {}'s: {}", type.name, first_line(error));
  }
  try {
    if (!type.fits(key.shape, record.schedule, key.machine))
      return fmt::format("the schedule does not fit: {}", record.schedule.dump());
    type.build(key.shape, record.schedule, key.machine);
  } catch (const std::exception& error) {
    return fmt::format("the schedule does not build: {}", first_line(error));
  }
  return std::nullopt;
}

}  // namespace mobilith
