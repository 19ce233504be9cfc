#include "records/records.h"

#include <fmt/format.h>

#include <stdexcept>
#include <tuple>

#include "records/record_entry.h"
#include "text/bounded_json.h"

namespace mobilith {

using nlohmann::json;

namespace {

constexpr int format = 1;

// Deeper than any record; JSON values are copied and freed by recursion, which a hostile file must not drive.
constexpr JsonBounds bounds{.depth = 16};

const json& entries(const json& file) {
  if (!file.is_object() || !file.contains("format") || !file.contains("records"))
    throw std::invalid_argument("expected {\"format\": 1, \"records\": [...]}");
  if (file["format"] != format)
    throw std::invalid_argument(fmt::format("expected format {}, got {}; a newer version's?", format,
                                            file["format"].dump().substr(0, 40)));
  if (!file["records"].is_array()) throw std::invalid_argument("records: expected a list");
  return file["records"];
}

bool better(const TuningRecord& a, const TuningRecord& b) {
  auto rank = [](const TuningRecord& r) {
    return std::make_tuple(r.method != "measured", r.seconds, print_record(r));
  };
  return rank(a) < rank(b);
}

}  // namespace

TuningRecords TuningRecords::parse(const std::string& text,
                                   const std::function<void(const std::string&)>& complain) {
  TuningRecords records;
  json file;
  try {
    file = parse_json_within(text, bounds);
    entries(file);
  } catch (const std::invalid_argument& error) {
    if (complain) complain(fmt::format("no tuning records: {}", error.what()));
    return records;
  }
  size_t index = 0;
  for (const json& entry : entries(file)) {
    try {
      records.add(read_record(entry));
    } catch (const std::invalid_argument& error) {
      if (complain) complain(fmt::format("records[{}] skipped: {}", index, error.what()));
    }
    index++;
  }
  return records;
}

std::string TuningRecords::print() const {
  std::string text = fmt::format("{{\n  \"format\": {},\n  \"records\": [", format);
  const char* separator = "\n";
  for (const auto& [key, record] : records_) {
    text += separator + print_record(record, "    ");
    separator = ",\n";
  }
  return text + (records_.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

bool TuningRecords::add(const TuningRecord& record) {
  if (fault(record)) return false;
  const auto [place, is_new] = records_.try_emplace(key_text(record.key), record);
  if (is_new || !better(record, place->second)) return is_new;
  place->second = record;
  return true;
}

void TuningRecords::merge(const TuningRecords& others) {
  for (const auto& [key, record] : others.records_) add(record);
}

const TuningRecord* TuningRecords::find(const RecordKey& key) const {
  const auto found = records_.find(key_text(key));
  return found == records_.end() ? nullptr : &found->second;
}

}  // namespace mobilith
