// Trees appear all at once, whoever else writes or is killed meanwhile.
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "catch.h"
#include "faults/generating.h"
#include "skip.h"

namespace test_whole_trees {

using namespace mobilith::faults;
namespace fs = std::filesystem;

TEST_CASE("generators that write into one new folder at once all succeed, and the tree has every library") {
  const TemporaryFolder folder;
  must_generate("warm", folder / "warm");  // the cache, so that they meet
  const std::vector<std::string> names{"one", "two", "three", "four", "five", "same", "same", "same"};
  const fs::path tree = folder / "deep/er/tree";
  std::vector<pid_t> running;
  for (size_t i = 0; i < names.size(); i++)
    running.push_back(start(call_for(names[i], tree), folder / ("log" + std::to_string(i))));
  for (size_t i = 0; i < names.size(); i++) {
    const int code = wait_for(running[i]);
    INFO(names[i] << ": " << read_text(folder / ("log" + std::to_string(i))));
    CHECK(code == 0);
  }
  CHECK(entries(tree.parent_path()) == std::vector<std::string>{"tree"});
  CHECK(files_below(tree).size() ==
        2 + 6 * 7);  // the runtime's header and archive, seven files for each library
  for (const char* name : {"one", "same"}) {
    const fs::path alone = folder / "alone";
    must_generate(name, alone);
    const Contents all = contents(tree);
    for (const auto& [file, bytes] : contents(alone)) {
      INFO(file);
      CHECK((all.count(file) && all.at(file) == bytes));
    }
    fs::remove_all(alone);
  }
}

TEST_CASE("a generator killed at any moment leaves the old tree or the new one; the next clears up") {
  const TemporaryFolder folder;
  must_generate("net", folder / "parent/tree");
  write_text(folder / "parent/tree/notes.txt", "the user's");
  const Contents old = contents(folder / "parent/tree");
  must_generate("net", folder / "new", "logits");
  Contents fresh = contents(folder / "new");
  fresh["notes.txt"] = "the user's";
  REQUIRE(old != fresh);

  int kept = 0, replaced = 0;
  constexpr int moments = 12;
  for (int moment = 0; moment < moments; moment++) {
    const std::vector<std::string> before = entries(folder / "parent");  // leavings among them
    const pid_t pid = start(call_for("net", folder / "parent/tree", "logits"), "/dev/null");
    // From the moment on at which it begins to write: something appears beside the tree.
    while (entries(folder / "parent") == before && !ended(pid)) usleep(200);
    usleep(static_cast<useconds_t>(5000 * moment * moment));
    kill(pid, SIGKILL);
    wait_for(pid);
    const Contents now = contents(folder / "parent/tree");
    CHECK((now == old || now == fresh));
    (now == old ? kept : replaced)++;
    if (now != old) must_generate("net", folder / "parent/tree");
  }
  WARN("killed " << moments << " times: " << kept << " old trees, " << replaced << " new ones");
  must_generate("net", folder / "parent/tree", "logits");
  CHECK((contents(folder / "parent/tree") == fresh));
  CHECK(entries(folder / "parent") == std::vector<std::string>{"tree"});
}

TEST_CASE("leavings of killed generators are cleared, and nothing that resembles them") {
  const TemporaryFolder folder;
  const std::vector<std::string> others{".other.mobilith-abcdef", ".tree.mobilith-abcde",
                                        ".tree.mobilith-abcdefg", ".tree.mobilith-mixed1"};
  for (const std::string& name : others) fs::create_directory(folder / name);
  write_text(folder / ".tree.mobilith-mixed1/mine.txt", "mine");
  write_text(folder / ".tree.mobilith-killed/tree/lib/libnet.a", "half");
  fs::create_directory(folder / ".tree.mobilith-empty1");
  fs::create_directories(folder / "elsewhere/tree");
  fs::create_directory_symlink("elsewhere", folder / ".tree.mobilith-linked");
  fs::create_directory(folder / ".tree.mobilith-theirs");
  const bool root = chown((folder / ".tree.mobilith-theirs").c_str(), 12345, 12345) == 0;
  must_generate("net", folder / "tree");
  std::vector<std::string> expected = others;
  for (const char* name : {".tree.mobilith-linked", "elsewhere", "tree"}) expected.emplace_back(name);
  if (root) expected.emplace_back(".tree.mobilith-theirs");  // another user's
  std::sort(expected.begin(), expected.end());
  CHECK(entries(folder.path()) == expected);
}

TEST_CASE("an updated tree keeps other files, links, modes and its own mode") {
  const TemporaryFolder folder;
  must_generate("net", folder / "tree");
  write_text(folder / "tree/mine/run.sh", "#!/bin/sh\n");
  fs::permissions(folder / "tree/mine/run.sh", fs::perms::owner_all);
  fs::create_symlink("../lib", folder / "tree/mine/link");
  fs::create_symlink("nowhere", folder / "tree/mine/dangling");
  fs::permissions(folder / "tree/mine", fs::perms::owner_all);
  fs::permissions(folder / "tree", fs::perms::owner_all | fs::perms::group_read);
  fs::create_directory_symlink(folder / "tree", folder / "alias");
  must_generate("another", folder / "alias");
  CHECK(fs::is_symlink(folder / "alias"));
  CHECK(fs::exists(folder / "tree/lib/libanother.a"));
  CHECK(fs::exists(folder / "tree/lib/libnet.a"));
  CHECK(fs::status(folder / "tree/mine/run.sh").permissions() == fs::perms::owner_all);
  CHECK(fs::status(folder / "tree/mine").permissions() == fs::perms::owner_all);
  CHECK(fs::status(folder / "tree").permissions() == (fs::perms::owner_all | fs::perms::group_read));
  CHECK(fs::read_symlink(folder / "tree/mine/link") == "../lib");
  CHECK(fs::read_symlink(folder / "tree/mine/dangling") == "nowhere");
}

TEST_CASE("the current folder stays what it is, and is written file by file") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "here");
  struct stat before, after;
  REQUIRE(stat((folder / "here").c_str(), &before) == 0);
  for (const char* name : {"net", "another"}) {
    std::vector<std::string> call{"env", "-C", folder / "here"};
    for (const std::string& word : call_for(name, ".")) call.push_back(word);
    CHECK(run_process(call).code == 0);
  }
  REQUIRE(stat((folder / "here").c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(files_below(folder / "here").size() == 2 + 2 * 7);
}

TEST_CASE("a folder that is a mount can't change places, and is written file by file", "[.mount]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "tree");
  if (mount("tmpfs", (folder / "tree").c_str(), "tmpfs", 0, "size=20m") != 0)
    return skip("this needs the right to mount");
  const std::vector<std::string> names{"one", "two", "three"};
  std::vector<pid_t> running;
  for (const std::string& name : names)
    running.push_back(start(call_for(name, folder / "tree"), folder / "log"));
  for (const pid_t pid : running) CHECK(wait_for(pid) == 0);
  CHECK(files_below(folder / "tree").size() == 2 + 3 * 7);
  CHECK(entries(folder.path()) == std::vector<std::string>{"log", "tree"});
  umount2((folder / "tree").c_str(), MNT_DETACH);
}

}  // namespace test_whole_trees
