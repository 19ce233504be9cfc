// Files of a generated tree, which may be anybody's.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace mobilith {

// The file's bytes, at most 2 GB. Throws LoadError, which names the file.
std::string read_tree_file(const std::filesystem::path&);

// share/NAME/manifest.json as JSON of printable texts. Throws LoadError, which names the file.
nlohmann::json read_tree_manifest(const std::filesystem::path&);

// The same of a library for this machine's system: an object. Throws LoadError for any other.
nlohmann::json read_native_manifest(const std::filesystem::path&);

}  // namespace mobilith
