#include "weights/file_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <sstream>

#include "graph/file_error.h"
#include "state_dicts/zip_members.h"
#include "text/printable.h"

namespace mobilith {

namespace {

uint32_t number_at(const std::string& bytes, size_t at) {
  uint32_t number = 0;
  for (size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// Where the zip file begins that is behind a model; nothing: there is none. It ends with its directory's end,
// behind which a remark of at most 64 KB may be, and which says how long all is; where writers count from the
// model's start, that is the model, too.
std::optional<size_t> start_of_zip(const std::string& bytes) {
  constexpr size_t end_bytes = 22, most = end_bytes + (size_t{1} << 16);
  const size_t end = bytes.rfind("PK\x05\x06");
  if (end == std::string::npos || end + end_bytes > bytes.size() || bytes.size() - end > most)
    return std::nullopt;
  const uint64_t before = uint64_t{number_at(bytes, end + 12)} + number_at(bytes, end + 16);
  return before > end ? 0 : end - before;
}

bool names_labels(std::string name) {
  for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name.ends_with(".txt") && name.find("label") != name.npos;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

FileLabels labels_in(const std::string& bytes) {
  const std::optional<size_t> start = start_of_zip(bytes);
  if (!start) return {};
  const std::string behind = *start > 0 ? bytes.substr(*start) : "";
  try {
    file::ZipMembers members(*start > 0 ? behind : bytes);
    std::vector<std::string> names;
    for (const auto& [name, place] : members.names())
      if (names_labels(name)) names.push_back(name);
    if (names.empty()) return {};
    if (names.size() > 1) {
      for (std::string& name : names) name = file::quoted(name);
      return {{}, fmt::format("the file has several members with labels: {}", fmt::join(names, ", "))};
    }
    return {lines_of(printable(members.read(names.front()), "\n\r")), ""};
  } catch (const file::Error& error) {
    return {{}, error.what()};
  }
}

}  // namespace mobilith
