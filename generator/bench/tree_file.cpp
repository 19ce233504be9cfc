#include "bench/tree_file.h"

#include <fmt/format.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

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

nlohmann::json read_native_manifest(const std::filesystem::path& path) {
  const nlohmann::json parsed = read_tree_manifest(path);
  if (!parsed.is_object()) throw LoadError(fmt::format("{}: is no manifest", path.string()));
  const llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  const nlohmann::json target = parsed.value("target", nlohmann::json::object());
  const std::string triple = target.is_object() ? target.value("triple", "") : "";
  const llvm::Triple made(triple);
  if (made.getArch() != host.getArch() || made.getOS() != host.getOS())
    throw LoadError(
        fmt::format("{}: a library for '{}'; this machine is {}", path.string(), triple, host.str()));
  return parsed;
}

}  // namespace mobilith
