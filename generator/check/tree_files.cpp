#include "check/tree_files.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/loaded_library.h"
#include "bench/tree_file.h"
#include "check/check.h"
#include "text/sha256.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

using Hashes = std::map<std::string, std::string>;  // by file

bool inside(const fs::path& path) {
  for (const fs::path& part : path)
    if (part == "..") return false;
  return path.is_relative() && path.has_filename();
}

Hashes hashes_of(const fs::path& tree, const std::string& name) {
  const fs::path path = tree / "share" / name / "manifest.json";
  const auto fail = [&](const std::string& what) -> void {
    throw LoadError(fmt::format("{}: {}", path.string(), what));
  };
  const nlohmann::json manifest = read_tree_manifest(path);
  if (!manifest.is_object()) fail("is no JSON object");
  if (!manifest.contains("files") || !manifest["files"].is_object() || manifest["files"].empty())
    fail("files: expected the hashes of the tree's files; generate it anew");
  Hashes hashes;
  for (const auto& [file, hash] : manifest["files"].items()) {
    if (!hash.is_string() || !inside(file))
      fail(fmt::format("files: expected a path in the tree and its hash"));
    hashes[file] = hash.get<std::string>();
  }
  return hashes;
}

// Of the other libraries of the tree; those whose manifests can't be read say nothing.
std::map<std::string, std::set<std::string>> others(const fs::path& tree, const std::string& name) {
  std::map<std::string, std::set<std::string>> all;
  for (const std::string& other : library_names(tree)) {
    if (other == name) continue;
    try {
      for (const auto& [file, hash] : hashes_of(tree, other)) all[file].insert(hash);
    } catch (const LoadError&) {
    }
  }
  return all;
}

}  // namespace

int check_tree_files(const fs::path& tree, const std::string& name) {
  const Hashes hashes = hashes_of(tree, name);
  const auto in_common = others(tree, name);
  for (const auto& [file, hash] : hashes) {
    std::error_code error;
    if (!fs::is_regular_file(tree / file, error))
      throw CheckError(fmt::format("{}: is missing, or no file", (tree / file).string()));
    const std::string found = sha256(read_tree_file(tree / file));
    const auto other = in_common.find(file);
    if (found == hash || (other != in_common.end() && other->second.count(found))) continue;
    throw CheckError(
        fmt::format("{}: differs from what was generated: its SHA-256 is {}, and the manifest says {}",
                    (tree / file).string(), found, hash));
  }
  return static_cast<int>(hashes.size());
}

}  // namespace mobilith
