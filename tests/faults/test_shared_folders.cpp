// Folders that others write to, too: links that they put there are not followed, and what is theirs stays.
#include <sys/stat.h>
#include <unistd.h>

#include "catch.h"
#include "faults/generating.h"
#include "process/scratch.h"
#include "records/record_files.h"
#include "unit/random_record.h"

namespace test_shared_folders {

using namespace mobilith::faults;
using namespace mobilith;
namespace fs = std::filesystem;

namespace {

TuningRecords one_record() {
  TuningRecords records;
  records.add(some_record(1));
  return records;
}

}  // namespace

TEST_CASE("a record file is written beside links that others put there, not through them") {
  const TemporaryFolder folder;
  const fs::path file = folder / "znver4.json";
  write_text(folder / "victim", "mine");
  fs::create_symlink("victim", file.string() + ".tmp");
  add_records(file, one_record());
  CHECK(read_records(file).all().size() == 1);
  CHECK(read_text(folder / "victim") == "mine");
}

TEST_CASE("the lock of a record file is no link") {
  const TemporaryFolder folder;
  const fs::path file = folder / "znver4.json";
  fs::create_symlink("victim", file.string() + ".lock");
  CHECK_THROWS_AS(add_records(file, one_record()), RecordFileError);
  CHECK(!fs::exists(folder / "victim"));
  CHECK(!fs::exists(file));
}

TEST_CASE("what a killed writer of records left is cleared by the next") {
  const TemporaryFolder folder;
  const fs::path file = folder / "znver4.json";
  write_text(file.string() + ".mobilith-new-0123456789abcdef", "half");
  add_records(file, one_record());
  CHECK(entries(folder.path()) == std::vector<std::string>{"znver4.json", "znver4.json.lock"});
}

TEST_CASE("temporary folders of killed processes are cleared, but for others' and what links lead to") {
  const TemporaryFolder folder;
  const auto abandoned = [&](const std::string& name) {
    write_text(folder / (name + "/lock"), "");
    return folder / name;
  };
  const fs::path killed = abandoned("mobilith-work-killed"), theirs = abandoned("mobilith-work-theirs"),
                 elsewhere = abandoned("elsewhere");
  fs::create_directory(folder / "mobilith-work-early1");  // killed before it had written anything
  fs::create_directory_symlink("elsewhere", folder / "mobilith-work-linked");
  const bool root = chown(theirs.c_str(), 12345, 12345) == 0;
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  setenv("TMPDIR", folder.path().c_str(), 1);
  {
    const Scratch mine, another;
    CHECK(fs::exists(mine.path()));
    CHECK(fs::exists(another.path()));
  }
  before ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
  CHECK(!fs::exists(killed));
  CHECK(!fs::exists(folder / "mobilith-work-early1"));
  CHECK(fs::is_symlink(folder / "mobilith-work-linked"));
  CHECK(fs::exists(elsewhere / "lock"));
  if (root) CHECK(fs::exists(theirs / "lock"));
  const size_t left = root ? 3 : 2;
  CHECK(entries(folder.path()).size() == left);
}

}  // namespace test_shared_folders
