#include "codegen/package.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "codegen/embedded.h"
#include "codegen/emit.h"
#include "codegen/package_files.h"
#include "codegen/runtime_sources.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw PackageError(fmt::format("--out: {}: {}", path.string(), what));
}

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
  path = fs::absolute(path, error);
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

// Writes a tree file by file, and takes back what it wrote unless it is kept.
class TreeWriter {
 public:
  explicit TreeWriter(fs::path root) : root_(std::move(root)) {}
  ~TreeWriter() {
    std::error_code ignored;
    if (kept_) return;
    for (const fs::path& temporary : temporaries_) fs::remove(temporary, ignored);
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder)
      fs::remove(*folder, ignored);  // only where empty
  }

  void stage(const fs::path& relative, std::string_view bytes) {
    const fs::path path = root_ / relative;
    make_folder(path.parent_path());
    const fs::path temporary =
        path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), getpid());
    const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) fail(path, std::strerror(errno));
    temporaries_.push_back(temporary);
    finals_.push_back(path);
    int problem = 0;
    while (!bytes.empty() && problem == 0) {
      const ssize_t written = ::write(file, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) problem = errno;
      if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
    }
    if (fsync(file) != 0 && problem == 0 && errno != EINVAL) problem = errno;
    if (close(file) != 0 && problem == 0) problem = errno;
    if (problem != 0) fail(path, std::strerror(problem));
  }

  // All files are whole on disk: only renames are left.
  void publish() {
    for (size_t i = 0; i < finals_.size(); i++) {
      std::error_code error;
      fs::rename(temporaries_[i], finals_[i], error);
      if (error) fail(finals_[i], error.message());
    }
    kept_ = true;
  }

 private:
  void make_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return;
    if (folder.has_parent_path() && folder.parent_path() != folder) make_folder(folder.parent_path());
    if (!fs::create_directory(folder, error) && error) fail(folder, error.message());
    made_.push_back(folder);
  }

  fs::path root_;
  std::vector<fs::path> temporaries_, finals_, made_;
  bool kept_ = false;
};

}  // namespace

void check_output_folder(const fs::path& out, const std::string& name) {
  std::error_code error;
  if (out.empty()) throw PackageError("--out: expected a folder, got nothing");
  if (fs::exists(out, error)) {
    if (!fs::is_directory(out, error)) fail(out, "is not a folder");
    const bool empty = fs::is_empty(out, error);
    if (error) fail(out, error.message());
    if (!empty && !is_ours(out))
      fail(out, "is not empty and was not written by mobilith; choose a new or empty folder");
    if (const std::string other = near_namesake(out, name); !other.empty())
      fail(out, fmt::format("holds '{}', whose files are those of '{}' where case is ignored; choose another "
                            "name or folder",
                            other, name));
  }
  const fs::path ancestor = existing_ancestor(out);
  if (!fs::is_directory(ancestor, error)) fail(out, fmt::format("{} is not a folder", ancestor.string()));
  if (access(ancestor.c_str(), W_OK | X_OK) != 0)
    fail(out, fmt::format("can't be written: {}", std::strerror(errno)));
}

void write_package(const Package& package, const fs::path& out) {
  const std::string& name = package.name;
  check_output_folder(out, name);
  TreeWriter tree(out);
  tree.stage("include/mobilith.h", embedded::runtime_header());
  tree.stage("include/" + name + ".h", model_header(package));
  const CompiledLibrary& library = package.library;
  tree.stage("lib/" + archive_name(name, *library.platform), library.archive);
  if (library.platform == &host_platform() && !library.bundled)
    tree.stage("lib/libmobilith_runtime.a", embedded::runtime_archive());
  else if (!library.bundled)
    for (const RuntimeSource& source : runtime_sources())
      tree.stage(runtime_folder / source.name, source.text);
  if (!library.weights_file.empty())
    tree.stage("share/" + name + "/" + name + ".weights", library.weights_file);
  tree.stage("lib/pkgconfig/" + name + ".pc", pkg_config(package));
  tree.stage("lib/cmake/" + name + "/" + name + "-config.cmake", cmake_config(package));
  tree.stage("lib/cmake/" + name + "/" + name + "-config-version.cmake", cmake_version(package));
  tree.stage("share/" + name + "/manifest.json", library.manifest.dump(2) + "\n");
  tree.publish();
}

}  // namespace mobilith
