// The record files of schedules/tuned/, carried inside the generator so that it needs none beside it.
#pragma once

#include <span>
#include <string_view>

namespace mobilith::embedded {

struct RecordFile {
  std::string_view cpu, text;
};

// Sorted by name.
std::span<const RecordFile> record_files();

}  // namespace mobilith::embedded
