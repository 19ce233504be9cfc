// Record files on disk, shared by any number of programs that read and add at the same time.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

#include "records/records.h"

namespace mobilith {

// A file that can't be read, locked or written; one line that names it.
struct RecordFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Takes one line about what could not be used, the file's name in front.
using Complain = std::function<void(const std::string&)>;

// The records of one CPU (LLVM's name) in a folder of such files: FOLDER/<cpu>.json.
std::filesystem::path record_file(const std::filesystem::path& folder, const std::string& cpu);

// An empty set where there is no such file. Throws RecordFileError where there is one that can't be read.
TuningRecords read_records(const std::filesystem::path&, const Complain& = {});

// The file's records merged with these, in one step that others see whole or not at all; once it returns,
// they are on disk. Two that add at once lose nothing (they take turns by a lock on <file>.lock, which
// stays). The folder is made where it is missing. What this version can't read of the file before is not
// thrown away: its text is kept in <file>.unread. Throws RecordFileError, the file being as before.
void add_records(const std::filesystem::path&, const TuningRecords&, const Complain& = {});

// As add_records, but the file then holds these alone.
void write_records(const std::filesystem::path&, const TuningRecords&, const Complain& = {});

}  // namespace mobilith
