#include "package/tree_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <system_error>

#include "package/tree_parts.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr const char* leaving = ".mobilith-unfinished";  // ends the name of a file that takes another's place

// Absolute, without links and without a "/" at its end; it need not exist.
fs::path real_path(const fs::path& out) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(fs::absolute(out, error), error).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

bool holds_current_folder(const fs::path& folder) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  return std::mismatch(folder.begin(), folder.end(), here.begin(), here.end()).first == folder.end();
}

// Where the new tree is built: a hidden folder beside `out`, locked, so that others can tell a killed one's
// from it.
class Workshop {
 public:
  explicit Workshop(const fs::path& out) : prefix_(fmt::format(".{}.mobilith-", out.filename().string())) {
    clear_leavings(out.parent_path());
    for (int attempt = 0; attempt < 100 && !lock_; attempt++) {
      std::string name = (out.parent_path() / (prefix_ + "XXXXXX")).string();
      if (!mkdtemp(name.data())) return;
      path_ = name;
      auto lock = std::make_unique<FolderLock>(path_, false);
      if (lock->is_still(path_)) lock_ = std::move(lock);  // else somebody cleared it before it was locked
    }
  }
  ~Workshop() {
    std::error_code ignored;
    if (lock_) fs::remove_all(path_, ignored);
  }
  Workshop(const Workshop&) = delete;
  bool made() const { return lock_ != nullptr; }
  fs::path tree() const { return path_ / "tree"; }

 private:
  // Of this very `out`: the name that mkdtemp gave, with nothing but a tree in it, and nobody's lock on it.
  void clear_leavings(const fs::path& parent) {
    std::error_code error;
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
      const std::string name = entry.path().filename();
      if (name.starts_with(prefix_) && name.size() == prefix_.size() + 6) found.push_back(entry.path());
    }
    for (const fs::path& folder : found) {
      const FolderLock lock(folder, false);
      if (!lock.locked()) continue;
      bool ours = true;
      for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        ours = ours && entry.path().filename() == "tree";
      if (ours) fs::remove_all(folder, error);
    }
  }

  std::string prefix_;
  fs::path path_;
  std::unique_ptr<FolderLock> lock_;
};

void copy_owner_and_mode(const fs::path& from, const fs::path& to) {
  struct stat old;
  if (stat(from.c_str(), &old) != 0) return;
  if (chown(to.c_str(), old.st_uid, old.st_gid) != 0) errno = 0;  // only root may: best effort
  chmod(to.c_str(), old.st_mode & 07777);
}

// All of `from` but the files that are replaced. False where something can't be linked.
bool link_rest(const fs::path& from, const fs::path& to, const fs::path& below,
               const std::set<fs::path>& replaced) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(from / below, error)) {
    const fs::path path = below / entry.path().filename();
    if (entry.is_symlink(error)) {
      fs::copy_symlink(entry.path(), to / path, error);
    } else if (entry.is_directory(error)) {
      fs::create_directory(to / path, error);
      if (error || !link_rest(from, to, path, replaced)) return false;
      copy_owner_and_mode(entry.path(), to / path);
    } else if (!replaced.count(path) && !path.filename().string().ends_with(leaving)) {
      fs::create_hard_link(entry.path(), to / path, error);
    }
    if (error) return false;
  }
  return !error;
}

void write_all(const fs::path& tree, const std::vector<TreeFile>& files, const fs::path& out) {
  for (const TreeFile& file : files) {
    std::error_code error;
    fs::create_directories((tree / file.path).parent_path(), error);
    if (error) fail_at(out / file.path, error.message());
    write_file(tree / file.path, file.bytes, out / file.path);
  }
}

enum class Swap { done, again, impossible };

// The new tree takes the place of nothing, or of the folder that is there.
Swap swap_once(const fs::path& out, const std::vector<TreeFile>& files, const std::function<void()>& check) {
  const Workshop workshop(out);
  const fs::path tree = workshop.tree();
  std::error_code error;
  if (!workshop.made() || !fs::create_directory(tree, error)) return Swap::impossible;
  const FolderLock old(out, true);
  if (!old.opened()) {
    if (errno != ENOENT || fs::is_symlink(fs::symlink_status(out, error))) return Swap::impossible;
    write_all(tree, files, out);
    if (renameat2(AT_FDCWD, tree.c_str(), AT_FDCWD, out.c_str(), RENAME_NOREPLACE) == 0) return Swap::done;
    return errno == EEXIST ? Swap::again : Swap::impossible;
  }
  if (!old.is_still(out)) return Swap::again;  // whoever had the lock put another in its place
  check();
  std::set<fs::path> replaced;
  for (const TreeFile& file : files) replaced.insert(file.path);
  if (!link_rest(out, tree, "", replaced)) return Swap::impossible;
  write_all(tree, files, out);
  copy_owner_and_mode(out, tree);
  if (renameat2(AT_FDCWD, tree.c_str(), AT_FDCWD, out.c_str(), RENAME_EXCHANGE) != 0) return Swap::impossible;
  return Swap::done;  // the old tree goes with the workshop
}

void clear_leavings_in(const fs::path& out) {
  std::error_code error;
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(out, error))
    if (entry.path().filename().string().ends_with(leaving)) found.push_back(entry.path());
  for (const fs::path& path : found) fs::remove(path, error);
}

// File by file, all of them whole on disk before the first takes its place. A process killed between two of
// the last steps leaves a mixture, which the next run puts right.
void write_in_place(const fs::path& out, const std::vector<TreeFile>& files,
                    const std::function<void()>& check, MadeFolders& made) {
  made.make(out);
  const FolderLock lock(out, true);
  check();
  if (lock.locked()) clear_leavings_in(out);
  std::vector<fs::path> temporaries;
  try {
    for (const TreeFile& file : files) {
      const fs::path path = out / file.path;
      made.make(path.parent_path());
      temporaries.push_back(path.parent_path() /
                            fmt::format(".{}.{}{}", path.filename().string(), getpid(), leaving));
      write_file(temporaries.back(), file.bytes, path);
    }
    for (size_t i = 0; i < files.size(); i++) {
      std::error_code error;
      fs::rename(temporaries[i], out / files[i].path, error);
      if (error) fail_at(out / files[i].path, error.message());
    }
  } catch (...) {
    std::error_code ignored;
    for (const fs::path& temporary : temporaries) fs::remove(temporary, ignored);
    throw;
  }
}

}  // namespace

void write_tree(const fs::path& out, const std::vector<TreeFile>& files, const std::function<void()>& check) {
  const fs::path real = real_path(out);
  MadeFolders made;
  made.make(real.parent_path());
  Swap swap = holds_current_folder(real) ? Swap::impossible : Swap::again;
  for (int attempt = 0; attempt < 1000 && swap == Swap::again; attempt++)
    swap = swap_once(real, files, check);
  if (swap != Swap::done) write_in_place(real, files, check, made);
  made.keep();
}

bool only_leavings(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (name != "include" && name != "lib" && name != "share" && name != "src") return false;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error))
    if (!entry.is_directory(error) && !entry.path().filename().string().ends_with(leaving)) return false;
  return !error;
}

}  // namespace mobilith
