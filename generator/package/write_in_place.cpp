#include "package/write_in_place.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <system_error>

#include "process/files.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr const char* update_name = ".mobilith-update";

// In the folder of an update: what it puts in place, what that takes the place of, and the list of both.
// The journal is there from the moment at which all of that is on disk until the last file is in its place.
struct Update {
  explicit Update(const fs::path& out) : folder(out / update_name) {}
  fs::path folder;
  fs::path fresh(const fs::path& file) const { return folder / "new" / file; }
  fs::path old(const fs::path& file) const { return folder / "old" / file; }
  fs::path journal() const { return folder / "journal"; }
};

struct Entry {
  bool replaces;  // a file that was there
  fs::path path;  // in the tree
};

std::string journal_of(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries)
    text += fmt::format("{} {}\n", entry.replaces ? '=' : '+', entry.path.string());
  return text;
}

// Only paths that stay in the tree: a journal is read from a folder that others may have written.
std::vector<Entry> parse_journal(const fs::path& file, const std::string& text) {
  std::vector<Entry> entries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const fs::path path = line.size() > 2 ? fs::path(line.substr(2)) : fs::path();
    bool inside = path.is_relative() && path == path.lexically_normal() && path.has_filename();
    for (const fs::path& part : path) inside = inside && part != "..";
    if ((!line.starts_with("= ") && !line.starts_with("+ ")) || !inside)
      fail_at(file, "is no journal of ours; remove its folder");
    entries.push_back({line[0] == '=', path});
  }
  return entries;
}

// A folder, no link, of this user.
bool is_own_folder(const fs::path& folder) {
  struct stat found;
  return lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

void make_folder(const fs::path& folder, const fs::path& shown) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail_at(shown, error.message());
}

void rename_or_fail(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) fail_at(to, std::strerror(errno));
}

// A second name for the file, or a copy where the file system has no second names.
void keep(const fs::path& from, const fs::path& to) {
  make_folder(to.parent_path(), from);
  std::error_code error;
  fs::create_hard_link(from, to, error);
  if (!error) return;
  error.clear();
  fs::copy_file(from, to, error);
  if (error) fail_at(from, error.message());
}

// The journal goes first: without it what is left of the folder is only cleared.
void drop(const Update& update) {
  std::error_code error;
  fs::remove(update.journal(), error);
  fs::remove_all(update.folder, error);
}

// Of a new file the folders, too, that hold nothing else: a tree of empty ones would be nobody's.
void remove_new(const fs::path& out, const fs::path& file) {
  std::error_code error;
  fs::remove(out / file, error);
  for (fs::path folder = file.parent_path(); !folder.empty(); folder = folder.parent_path())
    if (rmdir((out / folder).c_str()) != 0 && errno != ENOENT) return;
}

void take_back(const fs::path& out, const Update& update, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    std::error_code error;
    if (!entry.replaces)
      remove_new(out, entry.path);
    else if (fs::exists(fs::symlink_status(update.old(entry.path), error)))
      rename_or_fail(update.old(entry.path), out / entry.path);
  }
  drop(update);
}

std::vector<Entry> prepare(const fs::path& out, const std::vector<TreeFile>& files, const Update& update) {
  std::vector<Entry> entries;
  for (const TreeFile& file : files) {
    make_folder(update.fresh(file.path).parent_path(), out / file.path);
    write_file(update.fresh(file.path), file.bytes, out / file.path);
    std::error_code error;
    const bool replaces = fs::exists(fs::symlink_status(out / file.path, error));
    if (replaces) keep(out / file.path, update.old(file.path));
    entries.push_back({replaces, file.path});
  }
  const fs::path unfinished = update.folder / "journal.unfinished";
  write_file(unfinished, journal_of(entries), out);
  rename_or_fail(unfinished, update.journal());
  sync_folder(update.folder);
  return entries;
}

}  // namespace

void take_back_update(const fs::path& out) {
  const Update update(out);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(update.folder, error))) return;
  if (!is_own_folder(update.folder)) fail_at(update.folder, "belongs to another user, or is a link");
  const auto journal = read_bytes(update.journal());
  if (!journal && errno != ENOENT) fail_at(update.journal(), std::strerror(errno));
  if (journal)
    take_back(out, update, parse_journal(update.journal(), *journal));
  else
    drop(update);
}

bool update_was_killed_in(const fs::path& out) {
  const Update update(out);
  std::error_code error;
  if (!is_own_folder(update.folder)) return false;
  if (fs::exists(update.journal(), error)) return true;
  for (const fs::directory_entry& entry : fs::directory_iterator(out, error))
    if (entry.path().filename() != update_name) return false;
  return !error;
}

void write_in_place(const fs::path& out, const std::vector<TreeFile>& files,
                    const std::function<void()>& check, MadeFolders& made) {
  made.make(out);
  const FolderLock lock(out, true);
  take_back_update(out);
  check();
  const Update update(out);
  if (mkdir(update.folder.c_str(), 0700) != 0) fail_at(out, std::strerror(errno));
  std::vector<Entry> entries;
  try {
    entries = prepare(out, files, update);
    for (const Entry& entry : entries) {
      made.make((out / entry.path).parent_path());
      rename_or_fail(update.fresh(entry.path), out / entry.path);
    }
  } catch (...) {
    take_back(out, update, entries);
    throw;
  }
  drop(update);
}

}  // namespace mobilith
