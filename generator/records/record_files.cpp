#include "records/record_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "process/files.h"
#include "process/read_file.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr size_t longest = size_t{64} << 20;  // the records of a CPU are some hundred KB

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw RecordFileError(fmt::format("{}: {}", file.string(), what));
}

[[noreturn]] void fail(const fs::path& file, const char* doing, int error) {
  fail(file, fmt::format("can't {}: {}", doing, std::strerror(error)));
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  operator int() const { return descriptor_; }

 private:
  int descriptor_;
};

fs::path with(const fs::path& file, const char* suffix) { return file.string() + suffix; }

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

// Held until it goes, or its process does. The file of the lock stays: removing it would let two hold a lock
// on two files of one name.
class Lock {
 public:
  explicit Lock(const fs::path& file)
      : lock_(open(with(file, ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644)) {
    if (lock_ < 0) fail(file, "make its .lock", errno);
    while (flock(lock_, LOCK_EX) != 0)
      if (errno != EINTR) fail(file, "take its .lock", errno);
  }

 private:
  File lock_;
};

std::optional<std::string> read_text(const fs::path& path) {
  if (std::error_code error; !fs::exists(path, error) && !error) return std::nullopt;
  try {
    return read_regular_file(path, longest);
  } catch (const FileFault& fault) {
    fail(path, fmt::format("can't be read: {}", fault.what()));
  }
}

// Call it with the lock held.
void replace(const fs::path& path, const std::string& text) {
  clear_unfinished(folder_of(path));
  try {
    replace_file(path, text, Disk::wait);
  } catch (const std::runtime_error& error) {
    throw RecordFileError(error.what());
  }
}

// Another unread text may be there from before.
void keep_unread(const fs::path& path, const std::string& text, const Complain& complain) {
  fs::path kept = with(path, ".unread");
  for (int i = 2; fs::exists(kept); i++) {
    if (read_text(kept) == text) return;
    kept = with(path, fmt::format(".unread{}", i).c_str());
  }
  replace(kept, text);
  if (complain) complain(fmt::format("{}: its text is kept in {}", path.string(), kept.string()));
}

TuningRecords parse(const fs::path& path, const std::string& text, const Complain& complain) {
  return TuningRecords::parse(text, [&](const std::string& line) {
    if (complain) complain(fmt::format("{}: {}", path.string(), line));
  });
}

void update(const fs::path& path, TuningRecords records, bool merging, const Complain& complain) {
  std::error_code error;
  fs::create_directories(folder_of(path), error);
  if (error) fail(path, "make its folder", error.value());
  const Lock lock(path);
  if (const auto before = read_text(path)) {
    bool unread = false;
    const TuningRecords old = parse(path, *before, [&](const std::string& line) {
      unread = true;
      if (complain) complain(line);
    });
    if (unread) keep_unread(path, *before, complain);
    if (merging) records.merge(old);
    if (!unread && records.print() == *before) return;
  }
  replace(path, records.print());
}

}  // namespace

fs::path record_file(const fs::path& folder, const std::string& cpu) { return folder / (cpu + ".json"); }

TuningRecords read_records(const fs::path& path, const Complain& complain) {
  const auto text = read_text(path);
  return text ? parse(path, *text, complain) : TuningRecords();
}

void add_records(const fs::path& path, const TuningRecords& records, const Complain& complain) {
  update(path, records, true, complain);
}

void write_records(const fs::path& path, const TuningRecords& records, const Complain& complain) {
  update(path, records, false, complain);
}

}  // namespace mobilith
