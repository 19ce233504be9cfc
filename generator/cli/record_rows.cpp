#include "cli/record_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/schedule_options.h"
#include "records/embedded_records.h"
#include "records/record_entry.h"
#include "records/record_files.h"
#include "schedules/kernel_name.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

std::string name_of(const RecordKey& key) {
  try {
    return kernel_name(key.type, key.shape);
  } catch (const std::exception&) {
    return key.type + "?";  // `verify` says what is wrong with the shape
  }
}

void append(std::vector<RecordRow>& rows, const std::string& cpu, const TuningRecords& records) {
  for (const auto& [key, record] : records.all())
    rows.push_back({rows.size(), cpu, name_of(record.key), record});
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TuningRecords records_of(const std::string& file) {
  if (!fs::exists(file)) throw std::runtime_error(fmt::format("{}: no such file", file));
  std::vector<std::string> lines;
  TuningRecords records = read_records(file, [&](const std::string& line) { lines.push_back(line); });
  if (records.all().empty() && lines.size() == 1) throw std::runtime_error(lines.front());
  for (const std::string& line : lines) warn(line);
  return records;
}

std::vector<RecordRow> record_rows(const std::string& path) {
  std::vector<RecordRow> rows;
  if (path.empty()) {
    for (const embedded::RecordFile& file : embedded::record_files())
      append(rows, std::string(file.cpu), TuningRecords::parse(std::string(file.text), warn));
  } else if (fs::is_directory(path)) {
    for (const fs::path& file : files_in(path)) append(rows, file.stem(), read_records(file, warn));
  } else {
    rows = rows_of(path, records_of(path));
  }
  return rows;
}

std::vector<RecordRow> rows_of(const std::string& file, const TuningRecords& records) {
  std::vector<RecordRow> rows;
  append(rows, fs::path(file).stem(), records);
  return rows;
}

double gain(const TuningRecord& record) {
  return record.seconds > 0 && record.default_seconds > 0 ? record.default_seconds / record.seconds - 1 : 0;
}

nlohmann::json row_json(const RecordRow& row) {
  nlohmann::json json = nlohmann::json::parse(print_record(row.record));
  json["index"] = row.index;
  json["cpu"] = row.cpu;
  json["kernel"] = row.kernel;
  json["gain"] = gain(row.record);
  return json;
}

}  // namespace mobilith
