// A model's files: each read once, at one moment, and nothing else than files.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "catch.h"
#include "graph/file_error.h"
#include "models/model_error.h"
#include "process.h"
#include "process/files.h"
#include "process/read_file.h"
#include "text/sha256.h"
#include "weights/model_files.h"

namespace test_model_files {

using namespace mobilith;
using Catch::Matchers::Contains;

namespace {

std::string why_not(const std::filesystem::path& path, size_t most = 1000) {
  try {
    read_regular_file(path, most);
  } catch (const FileFault& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace

// Each pass over the file writes the next letter, from the first block to the last: at every moment the file
// is so many of one letter, and the one before in what follows.
TEST_CASE("a file that is written while it is read is as it was at one moment, or refused") {
  const TemporaryFolder folder;
  constexpr size_t size = 3 << 20, block = 4096;
  write_text(folder / "model", std::string(size, 'a'));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    const int file = open((folder / "model").c_str(), O_WRONLY);
    for (int i = 1; !stop; i++) {
      const std::string bytes(block, char('a' + i % 26));
      for (size_t at = 0; at < size; at += block)
        if (pwrite(file, bytes.data(), block, off_t(at)) != ssize_t(block)) abort();
      usleep(i % 7 * 2000);
    }
    close(file);
  });
  const auto was = [](const std::string& bytes) {
    const char first = bytes[0], before = first == 'a' ? 'z' : char(first - 1);
    const size_t same = std::min(bytes.find_first_not_of(first), bytes.size());
    return bytes.find_first_not_of(before, same) == bytes.npos && bytes.size() == size;
  };
  int read = 0, refused = 0, torn = 0;
  for (int i = 0; i < 150; i++) {
    try {
      (was(read_regular_file(folder / "model", 4 << 20)) ? read : torn)++;
    } catch (const FileFault& fault) {
      CHECK_THAT(fault.what(), Contains("changed while it was read"));
      refused++;
    }
  }
  stop = true;
  writer.join();
  CHECK(torn == 0);
  CHECK(refused > 0);
}

// As tuners do with the records that other tuners read: each file is of one letter.
TEST_CASE("a file that others replace is read whole, each time") {
  const TemporaryFolder folder;
  const std::string path = folder / "records";
  constexpr size_t size = 1 << 20;
  replace_file(path, std::string(size, 'a'));
  std::atomic<bool> stop = false;
  std::atomic<int> replaced = 0;
  std::thread writer([&] {
    for (; !stop; replaced++)
      replace_file(path, std::string(size, char('a' + replaced % 26)),
                   replaced % 2 ? Disk::wait : Disk::later);
  });
  std::string fault;
  int torn = 0;
  for (int i = 0; fault.empty() && (i < 60 || replaced < 60); i++) try {
      const std::string bytes = read_regular_file(path, size);
      torn += bytes.size() != size || bytes.find_first_not_of(bytes[0]) != bytes.npos;
    } catch (const FileFault& refusal) {
      fault = refusal.what();
    }
  stop = true;
  writer.join();
  CHECK(fault == "");
  CHECK(torn == 0);
}

TEST_CASE("a lock is waited for, and not for long") {
  const TemporaryFolder folder;
  write_text(folder / "model", "{}");
  const int file = open((folder / "model").c_str(), O_RDWR);
  REQUIRE(flock(file, LOCK_EX) == 0);
  CHECK_THAT(why_not(folder / "model"), Contains("is locked by a program that has it open for writing"));
  std::thread holder([&] {
    usleep(50'000);
    close(file);
  });
  CHECK(why_not(folder / "model") == "");
  holder.join();
}

TEST_CASE("pipes, devices, folders and files that are too long are refused at once") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  write_text(folder / "long", std::string(1001, 'x'));
  CHECK(why_not(folder / "pipe") == "is no regular file");
  CHECK(why_not("/dev/zero") == "is no regular file");
  CHECK(why_not(folder.path()) == "is a folder, expected a file");
  CHECK(why_not(folder / "nothing") == "No such file or directory");
  CHECK(why_not(folder / "long") == "has more than 1000 bytes");
  CHECK(why_not(folder / "long", 1001) == "");
}

TEST_CASE("files beside a model are read as the model is") {
  const TemporaryFolder folder;
  write_text(folder / "model.json", "{}");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  REQUIRE(symlink("/dev/zero", (folder / "device").c_str()) == 0);
  ModelFiles files(folder / "model.json");
  const auto beside = files.request({}, {}).beside;
  for (const char* name : {"pipe", "device", "nothing"})
    CHECK_THROWS_WITH(beside(name, 100), Contains("'" + std::string(name) + "' beside it"));
}

TEST_CASE("the hash is of every file that was read") {
  const TemporaryFolder folder;
  write_text(folder / "model.json", "{}");
  write_text(folder / "shard", "one");
  ModelFiles files(folder / "model.json"), others(folder / "model.json");
  CHECK(files.hash() == sha256("{}"));
  CHECK(files.request({}, {}).beside("shard", 100) == "one");
  CHECK(files.hash() == sha256(sha256("{}") + "  model.json\n" + sha256("one") + "  shard\n"));
  write_text(folder / "shard", "two");
  CHECK(others.request({}, {}).beside("shard", 100) == "two");
  CHECK(files.hash() != others.hash());
  CHECK_THROWS_WITH(files.request({}, {}).beside("shard", 100), Contains("changed while it was read"));
}

}  // namespace test_model_files
