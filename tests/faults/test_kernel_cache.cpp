// Entries of the kernel cache that are not what their names say, or not this user's.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "catch.h"
#include "faults/generating.h"
#include "hardening.h"
#include "skip.h"

namespace test_kernel_cache {

using namespace mobilith::faults;
namespace fs = std::filesystem;

namespace {

struct Cached {
  TemporaryFolder folder;
  fs::path cache = folder / "cache";
  ProcessResult generate(const std::string& out, std::vector<std::string> before = {}) const {
    for (const std::string& word : call_for("net", folder / out)) before.push_back(word);
    before.emplace_back("--no-check");
    return run_process(before, {"MOBILITH_CACHE=" + cache.string()});
  }
  Contents must_generate(const std::string& out) const {
    const ProcessResult result = generate(out);
    INFO(result.err);
    REQUIRE(result.code == 0);
    CHECK(result.err.find("mobilith: ") == result.err.npos);  // no complaint
    return contents(folder / out);
  }
  bool said(const ProcessResult& result, const std::string& what) const {
    INFO(result.err);
    CHECK(result.code == 0);
    return result.err.find(cache.string()) != std::string::npos && result.err.find(what) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("an entry under another key's name is compiled again, and said") {
  const Cached c;
  const Contents right = c.must_generate("first");
  std::vector<std::string> keys = entries(c.cache);
  REQUIRE(keys.size() > 4);
  std::rotate(keys.begin(), keys.begin() + 1, keys.end());
  const std::vector<std::string> names = entries(c.cache);
  for (const std::string& name : names) fs::rename(c.cache / name, c.folder / name);
  for (size_t i = 0; i < names.size(); i++) fs::rename(c.folder / names[i], c.cache / keys[i]);
  CHECK(c.said(c.generate("second"), "another kernel's"));
  CHECK((contents(c.folder / "second") == right));
  CHECK((c.must_generate("third") == right));
}

TEST_CASE("a cut, damaged or empty entry is compiled again, and said") {
  const Cached c;
  const Contents right = c.must_generate("first");
  for (const char* how : {"cut", "damaged", "empty"}) {
    const fs::path entry = c.cache / entries(c.cache).front();
    std::string bytes = read_text(entry);
    if (*how == 'd')
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    else
      bytes.resize(*how == 'c' ? bytes.size() - 1 : 0);
    write_text(entry, bytes);
    CHECK(c.said(c.generate("second"), entry.filename()));
    CHECK((contents(c.folder / "second") == right));
    fs::remove_all(c.folder / "second");
  }
}

TEST_CASE("what others may have written is not used, and said: a folder, an entry, a link in its place") {
  const Cached c;
  const Contents right = c.must_generate("first");
  const fs::path entry = c.cache / entries(c.cache).front();
  fs::permissions(c.cache, fs::perms::others_write, fs::perm_options::add);
  CHECK(c.said(c.generate("second"), "may be written by others"));
  fs::permissions(c.cache, fs::perms::others_write, fs::perm_options::remove);
  fs::permissions(entry, fs::perms::group_write, fs::perm_options::add);
  CHECK(c.said(c.generate("second"), "may be written by others"));
  fs::rename(entry, c.folder / "elsewhere");
  fs::create_symlink(c.folder / "elsewhere", entry);
  CHECK(c.said(c.generate("second"), "is a link"));
  CHECK(fs::is_regular_file(fs::symlink_status(entry)));
  if (chown(entry.c_str(), 12345, 12345) == 0) CHECK(c.said(c.generate("second"), "another user"));
  CHECK((contents(c.folder / "second") == right));
}

TEST_CASE("no name that can be foreseen is written to: a link there is not followed") {
  const Cached c;
  c.must_generate("first");
  const std::string key = entries(c.cache).front();
  fs::remove(c.cache / key);
  write_text(c.folder / "victim", "mine");
  // The shell becomes the generator: its number is known beforehand.
  const std::string plant =
      "ln -s '" + (c.folder / "victim").string() + "' '" + (c.cache / key).string() + "'.$$.tmp; exec \"$@\"";
  CHECK(c.generate("second", {"sh", "-c", plant, "sh"}).code == 0);
  CHECK(fs::is_regular_file(c.cache / key));
  CHECK(read_text(c.folder / "victim") == "mine");
}

TEST_CASE("a new cache folder is for its user alone to write, whatever the umask") {
  const Cached c;
  CHECK(c.generate("first", {"sh", "-c", "umask 0; exec \"$@\"", "sh"}).code == 0);
  struct stat made;
  REQUIRE(stat(c.cache.c_str(), &made) == 0);
  CHECK((made.st_mode & (S_IWGRP | S_IWOTH)) == 0);
  const ProcessResult again = c.generate("second");
  CHECK(again.err.find("mobilith: ") == again.err.npos);
}

TEST_CASE("what killed generators left in the cache is cleared, and nothing that resembles it") {
  const Cached c;
  c.must_generate("first");
  const std::string killed = entries(c.cache).front() + ".mobilith-new-0123456789abcdef";
  write_text(c.cache / killed, "half");
  write_text(c.cache / "notes.mobilith-new-0123456789abcdeg", "mine");
  write_text(c.folder / "victim", "mine");
  fs::create_symlink(c.folder / "victim", c.cache / "x.mobilith-new-0123456789abcdef");
  c.must_generate("second");
  CHECK(!fs::exists(c.cache / killed));
  CHECK(fs::exists(c.cache / "notes.mobilith-new-0123456789abcdeg"));
  CHECK(read_text(c.folder / "victim") == "mine");
}

TEST_CASE("without /proc two builds of the generator still have entries of their own", "[.mount]") {
  if (run_process({"unshare", "--mount", "mount", "-t", "tmpfs", "none", "/proc"}).code != 0)
    return skip("this needs the right to mount");
  if (is_sanitized(MOBILITH_PROGRAM)) return skip("a sanitizer reads /proc");
  const Cached c;
  // Another build: of the same code, with another build id.
  const std::string notes = run_process({"readelf", "-nW", MOBILITH_PROGRAM}).out, word = "Build ID: ";
  REQUIRE(notes.find(word) != std::string::npos);
  std::string id;
  for (size_t at = notes.find(word) + word.size(); std::isxdigit(notes[at]); at += 2)
    id += static_cast<char>(std::stoi(notes.substr(at, 2), nullptr, 16));
  std::string program = read_text(MOBILITH_PROGRAM);
  REQUIRE(program.find(id) != std::string::npos);
  program[program.find(id)] = static_cast<char>(program[program.find(id)] ^ 1);
  write_text(c.folder / "other", program);
  fs::permissions(c.folder / "other", fs::perms::owner_all);

  const std::string hide = "mount -t tmpfs none /proc; exec \"$@\"";
  std::vector<size_t> kept;
  for (const fs::path& generator :
       {fs::path(MOBILITH_PROGRAM), c.folder / "other", fs::path(MOBILITH_PROGRAM)}) {
    std::vector<std::string> call{"unshare", "--mount", "sh", "-c", hide, "sh"};
    for (const std::string& part : call_for("net", c.folder / "tree")) call.push_back(part);
    call[6] = generator;
    call.emplace_back("--no-check");
    const ProcessResult result = run_process(call, {"MOBILITH_CACHE=" + c.cache.string()});
    INFO(result.err);
    REQUIRE(result.code == 0);
    kept.push_back(entries(c.cache).size());
  }
  CHECK(kept[0] > 0);
  CHECK(kept[1] == 2 * kept[0]);
  CHECK(kept[2] == kept[1]);
}

}  // namespace test_kernel_cache
