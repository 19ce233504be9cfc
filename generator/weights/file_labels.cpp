#include "weights/file_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "graph/file_error.h"
#include "state_dicts/zip_members.h"

namespace mobilith {

namespace {

// A zip file ends with its directory's end, behind which a remark of at most 64 KB may be.
bool ends_in_zip(const std::string& bytes) {
  constexpr size_t most = 22 + (size_t{1} << 16);
  const std::string_view end = std::string_view(bytes).substr(bytes.size() > most ? bytes.size() - most : 0);
  return end.find("PK\x05\x06") != end.npos;
}

// Nothing that a terminal would take for a command.
std::string printable(std::string text) {
  for (char& letter : text)
    if ((static_cast<unsigned char>(letter) < ' ' && letter != '\n' && letter != '\r') || letter == '\x7f')
      letter = '?';
  return text;
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
  if (!ends_in_zip(bytes)) return {};
  try {
    file::ZipMembers members(bytes);
    std::vector<std::string> names;
    for (const auto& [name, place] : members.names())
      if (names_labels(name)) names.push_back(name);
    if (names.empty()) return {};
    if (names.size() > 1) {
      for (std::string& name : names) name = file::quoted(name);
      return {{}, fmt::format("the file has several members with labels: {}", fmt::join(names, ", "))};
    }
    return {lines_of(printable(members.read(names.front()))), ""};
  } catch (const file::Error& error) {
    return {{}, error.what()};
  }
}

}  // namespace mobilith
