#include "package/package.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "codegen/emit.h"
#include "package/embedded.h"
#include "package/package_files.h"
#include "package/provenance.h"
#include "package/runtime_sources.h"
#include "package/tree_parts.h"
#include "package/tree_writer.h"
#include "package/write_in_place.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

// A tree of ours holds a manifest at share/<name>/manifest.json.
bool is_ours(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "share", error))
    if (fs::exists(entry.path() / "manifest.json", error)) return true;
  return false;
}

// A library of the tree whose name differs from this one in capitals alone, or "".
std::string near_namesake(const fs::path& folder, const std::string& name) {
  const auto small = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "share", error))
    if (const std::string other = entry.path().filename(); other != name && small(other) == small(name))
      return other;
  return "";
}

// The part of the path that exists already.
fs::path existing_ancestor(fs::path path) {
  std::error_code error;
  const fs::path given = path;
  path = fs::absolute(path, error);
  if (error) fail_at(given, error.message());  // the current folder is gone
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

void check_output_folder(const fs::path& out, const std::string& name) {
  std::error_code error;
  if (out.empty()) throw PackageError("out", "expected a folder, got nothing");
  const fs::file_type type = fs::status(out, error).type();
  if (type == fs::file_type::none) fail_at(out, error.message());
  if (type == fs::file_type::not_found && fs::is_symlink(fs::symlink_status(out, error)))
    fail_at(out, "is a link to no folder");
  if (type != fs::file_type::not_found) {
    if (!fs::is_directory(out, error)) fail_at(out, "is not a folder");
    const bool empty = fs::is_empty(out, error);
    if (error) fail_at(out, error.message());
    if (!empty && !is_ours(out) && !update_was_killed_in(out))
      fail_at(out, "is not empty and was not written by mobilith; choose a new or empty folder");
    if (const std::string other = near_namesake(out, name); !other.empty())
      fail_at(out,
              fmt::format("holds '{}', whose files are those of '{}' where case is ignored; choose another "
                          "name or folder",
                          other, name));
  }
  const fs::path ancestor = existing_ancestor(out);
  if (!fs::is_directory(ancestor, error)) fail_at(out, fmt::format("{} is not a folder", ancestor.string()));
  if (access(ancestor.c_str(), W_OK | X_OK) != 0)
    fail_at(out, fmt::format("can't be written: {}", std::strerror(errno)));
}

void write_package(const Package& package, const fs::path& out) {
  const std::string& name = package.name;
  const CompiledLibrary& library = package.library;
  const std::string header = model_header(package), pc = pkg_config(package), config = cmake_config(package),
                    version = cmake_version(package);
  std::vector<TreeFile> files{{"include/mobilith.h", embedded::runtime_header()},
                              {"include/" + name + ".h", header},
                              {"lib/" + archive_name(name, *library.platform), library.archive},
                              {"lib/pkgconfig/" + name + ".pc", pc},
                              {"lib/cmake/" + name + "/" + name + "-config.cmake", config},
                              {"lib/cmake/" + name + "/" + name + "-config-version.cmake", version}};
  const bool here = library.platform == &host_platform();
  if (here && !library.bundled) files.push_back({"lib/libmobilith_runtime.a", embedded::runtime_archive()});
  std::vector<RuntimeSource> sources;
  if (!here && !library.bundled) sources = runtime_sources();
  for (const RuntimeSource& source : sources) files.push_back({runtime_folder / source.name, source.text});
  if (!library.weights_file.empty())
    files.push_back({"share/" + name + "/" + name + ".weights", library.weights_file});
  std::string labels;
  for (const std::string& label : package.labels) labels += label + "\n";
  if (!labels.empty()) files.push_back({"share/" + name + "/labels.txt", labels});
  const std::string sbom = spdx_document(package, files);
  files.push_back({"share/" + name + "/sbom.spdx.json", sbom});
  nlohmann::json with_hashes = library.manifest;
  with_hashes["files"] = file_hashes(files);
  const std::string manifest = with_hashes.dump(2) + "\n";
  files.push_back({"share/" + name + "/manifest.json", manifest});
  check_output_folder(out, name);
  write_tree(out, files, [&] { check_output_folder(out, name); });
}

}  // namespace mobilith
