#include "bench/tree_file.h"

#include <fmt/format.h>

#include "bench/loaded_library.h"
#include "process/read_file.h"
#include "text/bounded_json.h"

namespace mobilith {

std::string read_tree_file(const std::filesystem::path& path) {
  try {
    return read_regular_file(path, size_t{2} << 30);
  } catch (const FileFault& fault) {
    throw LoadError(fmt::format("{}: {}", path.string(), fault.what()));
  }
}

nlohmann::json read_tree_manifest(const std::filesystem::path& path) {
  try {
    return parse_json_within(read_tree_file(path), {.printable = true});
  } catch (const JsonFault& fault) {
    throw LoadError(fmt::format("{}: {}", path.string(), fault.what()));
  }
}

}  // namespace mobilith
