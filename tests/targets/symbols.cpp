#include "targets/symbols.h"

#include <sstream>
#include <stdexcept>
#include <string_view>

#include "process.h"

namespace mobilith::targets {

namespace {

Names line_of(const std::string& file, const std::string& key) {
  std::istringstream lines(read_text(MOBILITH_SOURCE "/tests/data/" + file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word != key + ":") continue;
    Names names;
    while (words >> word) names.insert(word);
    return names;
  }
  throw std::out_of_range(file + " has no line for " + key);
}

}  // namespace

Names model_wants(const Platform& platform) { return line_of("model_symbols.txt", platform.name); }

Names runtime_wants(const Platform& platform) {
  Names names = line_of("runtime_symbols.txt", platform.runtime);
  if (std::string_view(platform.name) == "x86_64-windows-msvc") names.insert("_fltused");
  return names;
}

Names archive_wants(const Platform& platform) {
  Names names = model_wants(platform);
  names.merge(runtime_wants(platform));
  return names;
}

bool is_linkers_own(const std::string& name) {
  return name == "__indirect_function_table" || name == "__stack_pointer" || name == "__table_base" ||
         name == "__memory_base";
}

}  // namespace mobilith::targets
