#include "package/tree_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <system_error>

#include "package/tree_parts.h"
#include "package/write_in_place.h"
#include "process/files.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

// Absolute, without links and without a "/" at its end; it need not exist. Of what can be no path (a loop of
// links, too long a name) the library's answer is an empty one, which would be the current folder.
fs::path real_path(const fs::path& out) {
  std::error_code error;
  fs::path path = fs::absolute(out, error);
  if (!error) path = fs::weakly_canonical(path, error).lexically_normal();
  if (error || path.empty()) fail_at(out, error.message());
  return path.has_filename() ? path : path.parent_path();
}

bool holds_current_folder(const fs::path& folder) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  return std::mismatch(folder.begin(), folder.end(), here.begin(), here.end()).first == folder.end();
}

// Nothing but a tree is in it.
bool is_workshop(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename() != "tree") return false;
  return !error;
}

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
    } else if (!replaced.count(path)) {
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
  // Where the new tree is built: a hidden folder beside `out`.
  const LockedFolder workshop(out.parent_path() / fmt::format(".{}.mobilith-", out.filename().string()),
                              is_workshop);
  const fs::path tree = workshop.path() / "tree";
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
  take_back_update(out);
  check();
  std::set<fs::path> replaced;
  for (const TreeFile& file : files) replaced.insert(file.path);
  if (!link_rest(out, tree, "", replaced)) return Swap::impossible;
  write_all(tree, files, out);
  copy_owner_and_mode(out, tree);
  if (renameat2(AT_FDCWD, tree.c_str(), AT_FDCWD, out.c_str(), RENAME_EXCHANGE) != 0) return Swap::impossible;
  sync_folder(out.parent_path());
  return Swap::done;  // the old tree goes with the workshop
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

}  // namespace mobilith
