// Record files under several writers, and under writers that are killed.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "catch.h"
#include "process.h"
#include "records/record_files.h"
#include "unit/random_record.h"

namespace test_record_files {

using namespace mobilith;
namespace fs = std::filesystem;

namespace {

TuningRecords one(int key, double seconds = 1e-4) {
  TuningRecord record = some_record(key);
  record.seconds = seconds;
  TuningRecords records;
  records.add(record);
  return records;
}

pid_t in_child(const std::function<void()>& work) {
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid > 0) return pid;
  int code = 0;
  try {
    work();
  } catch (...) {
    code = 1;
  }
  _exit(code);
}

TuningRecords whole(const fs::path& file) {
  std::vector<std::string> lines;
  const TuningRecords records = read_records(file, [&](const std::string& line) { lines.push_back(line); });
  CHECK(lines.empty());
  return records;
}

}  // namespace

TEST_CASE("a file is named after its CPU, made with its folder, and read back") {
  const TemporaryFolder folder;
  const fs::path file = record_file(folder / "a/b", "znver4");
  CHECK(file.filename() == "znver4.json");
  CHECK(read_records(file).all().empty());
  add_records(file, one(0));
  add_records(file, one(1));
  add_records(file, one(1, 2e-4));  // slower
  CHECK(whole(file).all().size() == 2);
  CHECK(whole(file).find(some_record(1).key)->seconds == 1e-4);
  write_records(file, one(2));
  CHECK(whole(file).all().size() == 1);
  CHECK(!fs::exists(file.string() + ".tmp"));
}

TEST_CASE("writers at the same time lose nothing") {
  const TemporaryFolder folder;
  const fs::path file = folder / "cpu.json";
  constexpr int writers = 4, each = 15;
  std::vector<pid_t> children;
  for (int w = 0; w < writers; w++)
    children.push_back(in_child([&, w] {
      for (int i = 0; i < each; i++) {
        TuningRecords records = one(w * each + i);
        records.merge(one(1000, 1e-3 / (1 + w * each + i)));  // all of them are rivals here
        add_records(file, records);
      }
    }));
  for (const pid_t child : children) {
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const TuningRecords records = whole(file);
  CHECK(records.all().size() == writers * each + 1);
  CHECK(records.find(some_record(1000).key)->seconds == 1e-3 / (writers * each));
}

TEST_CASE("a writer killed at any moment leaves a whole file with every record that it was told is written") {
  const TemporaryFolder folder;
  const fs::path file = folder / "cpu.json";
  std::mt19937 random(4);
  int next = 0, acknowledged = 0;
  for (int round = 0; round < 40; round++) {
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = in_child([&] {
      for (int key = next;; key++) {
        add_records(file, one(key));
        if (write(pipe_ends[1], &key, sizeof key) != sizeof key) _exit(1);
      }
    });
    close(pipe_ends[1]);
    usleep(random() % 12000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const TuningRecords records = whole(file);
    for (int key; read(pipe_ends[0], &key, sizeof key) == sizeof key; acknowledged++) {
      CHECK(records.find(some_record(key).key) != nullptr);
      next = key + 1;
    }
    close(pipe_ends[0]);
    CHECK(static_cast<int>(records.all().size()) >= next);
  }
  CHECK(acknowledged > 0);
  add_records(file, one(next));  // no lock or temporary file is in the way
  CHECK(whole(file).find(some_record(next).key) != nullptr);
}

TEST_CASE("what can't be read is kept beside the file when it is written, and told") {
  const TemporaryFolder folder;
  const fs::path file = folder / "cpu.json";
  for (const std::string& text : {std::string("{\"format\": 2, \"records\": []}"), std::string("half {"),
                                  std::string("{\"format\": 1, \"records\": [{\"type\": \"pooling\"}]}")}) {
    write_text(file, text);
    std::vector<std::string> lines;
    add_records(file, one(0), [&](const std::string& line) { lines.push_back(line); });
    CHECK(lines.size() == 2);
    for (const std::string& line : lines) CHECK(line.starts_with(file.string()));
    CHECK(whole(file).all().size() == 1);
  }
  CHECK(read_text(file.string() + ".unread") == "{\"format\": 2, \"records\": []}");
  CHECK(read_text(file.string() + ".unread2") == "half {");
  CHECK(fs::exists(file.string() + ".unread3"));
}

TEST_CASE("a file that can't be read or written is an error that names it") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "cpu.json");
  CHECK_THROWS_WITH(read_records(folder / "cpu.json"), Catch::Matchers::Contains("cpu.json"));
  CHECK_THROWS_AS(add_records(folder / "cpu.json", one(0)), RecordFileError);
  write_text(folder / "plain", "");
  CHECK_THROWS_AS(add_records(folder / "plain/cpu.json", one(0)), RecordFileError);
}

}  // namespace test_record_files
