// Trees whose folder can't change places: files are replaced one by one, and all of them or none.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catch.h"
#include "faults/generating.h"

namespace test_in_place {

using namespace mobilith::faults;
namespace fs = std::filesystem;

namespace {

// In the tree as its current folder, which therefore stays what it is.
std::vector<std::string> call_inside(const fs::path& tree, const std::string& output) {
  std::vector<std::string> call{"env", "-C", tree};
  for (const std::string& word : call_for("net", ".", output)) call.push_back(word);
  return call;
}

Contents made(const std::string& output) {
  const TemporaryFolder folder;
  must_generate("net", folder / "tree", output);
  return contents(folder / "tree");
}

}  // namespace

TEST_CASE("where one file can't be replaced, no file is") {
  const TemporaryFolder folder;
  must_generate("net", folder / "tree");
  // Among the last files to be replaced.
  const fs::path blocked = folder / "tree/lib/cmake/net/net-config-version.cmake";
  fs::remove(blocked);
  write_text(blocked / "mine.txt", "the user's");
  const Contents old = contents(folder / "tree");
  const ProcessResult result = run_process(call_inside(folder / "tree", "logits"));
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(result.err.find("net-config-version.cmake") != std::string::npos);
  CHECK((contents(folder / "tree") == old));
  CHECK(entries(folder / "tree") == std::vector<std::string>{"include", "lib", "share"});
}

TEST_CASE("files that were new go again, with their folders, where a later one fails") {
  const TemporaryFolder folder;
  write_text(folder / "tree/share/another/manifest.json", "{}");
  write_text(folder / "tree/lib/cmake/net/net-config-version.cmake/mine.txt", "the user's");
  const Contents old = contents(folder / "tree");
  CHECK(run_process(call_inside(folder / "tree", "logits")).code == 1);
  CHECK((contents(folder / "tree") == old));
  CHECK(entries(folder / "tree") == std::vector<std::string>{"lib", "share"});
}

TEST_CASE("after a kill at any moment the next generator makes the new tree of it, and no other file") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree";
  const Contents plain = made("probabilities"), logits = made("logits");
  for (int moment = 0; moment < 6; moment++) {
    const bool fresh = moment % 2 == 0;
    fs::remove_all(tree);
    fs::create_directory(tree);
    if (!fresh) must_generate("net", tree);
    const pid_t pid = start(call_inside(tree, "logits"), "/dev/null");
    while (!fs::exists(tree / ".mobilith-update") && !ended(pid)) usleep(100);
    usleep(static_cast<useconds_t>(1000 * moment * moment));
    kill(pid, SIGKILL);
    wait_for(pid);
    const std::string next = moment % 4 < 2 ? "probabilities" : "logits";
    const ProcessResult result = run_process(call_inside(tree, next));
    INFO(moment << ": " << result.err);
    CHECK(result.code == 0);
    CHECK((contents(tree) == (next == "logits" ? logits : plain)));
    CHECK(entries(tree) == std::vector<std::string>{"include", "lib", "share"});
  }
}

TEST_CASE("a tree in which a generator was killed becomes the old one before anything is done to it") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree", update = tree / ".mobilith-update";
  must_generate("net", tree);
  const Contents old = contents(tree);
  // The first file replaced, the second one new, the third not yet replaced.
  fs::create_directories(update / "old/include");
  fs::create_directories(update / "old/share/net");
  fs::create_directories(update / "new/share/net");
  fs::rename(tree / "include/net.h", update / "old/include/net.h");
  write_text(tree / "include/net.h", "new");
  write_text(tree / "include/added.h", "new");
  fs::create_hard_link(tree / "share/net/manifest.json", update / "old/share/net/manifest.json");
  write_text(update / "new/share/net/manifest.json", "new");
  write_text(update / "journal", "= include/net.h\n+ include/added.h\n= share/net/manifest.json\n");
  must_generate("another", tree);
  Contents now = contents(tree);
  std::erase_if(now, [](const auto& file) { return file.first.find("another") != std::string::npos; });
  CHECK((now == old));
  CHECK(entries(tree) == std::vector<std::string>{"include", "lib", "share"});
}

TEST_CASE("of a killed generator's first tree not even folders are left") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree", update = tree / ".mobilith-update";
  const Contents logits = made("logits");
  // The first file is in its place, the next one's folder is there.
  write_text(tree / "include/net.h", "new");
  fs::create_directories(tree / "lib/cmake/net");
  write_text(update / "new/lib/cmake/net/net-config.cmake", "new");
  write_text(update / "journal",
             "+ include/net.h\n+ lib/cmake/net/net-config.cmake\n+ share/net/manifest.json\n");
  const ProcessResult result = run_process(call_inside(tree, "logits"));
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK((contents(tree) == logits));
}

TEST_CASE("a folder with nothing but leavings of a killed generator is as good as an empty one") {
  const TemporaryFolder folder;
  write_text(folder / "tree/.mobilith-update/new/lib/libnet.a", "half");
  must_generate("net", folder / "tree");
  CHECK(files_below(folder / "tree").size() == 9);
  write_text(folder / "mine/.mobilith-update/new/lib/libnet.a", "half");
  write_text(folder / "mine/lib/mine.txt", "mine");
  const ProcessResult refused = run_process(call_for("net", folder / "mine"));
  CHECK(refused.code == 1);
  CHECK(refused.err.find("not empty") != std::string::npos);
}

TEST_CASE("a journal that leads out of the tree, and an update that is a link, are refused") {
  const TemporaryFolder folder;
  must_generate("net", folder / "tree");
  const fs::path update = folder / "tree/.mobilith-update";
  for (const char* journal :
       {"+ ../victim\n", "+ /etc/nothing\n", "+ lib/../../victim\n", "- victim\n", "+ \n"}) {
    write_text(folder / "victim", "mine");
    write_text(update / "journal", journal);
    const ProcessResult result = run_process(call_for("net", folder / "tree"));
    INFO(result.err);
    CHECK(result.code == 1);
    CHECK(result.err.find("journal") != std::string::npos);
    CHECK(read_text(folder / "victim") == "mine");
  }
  fs::rename(update, folder / "elsewhere");
  fs::create_directory_symlink("../elsewhere", update);
  CHECK(run_process(call_for("net", folder / "tree")).code == 1);
  CHECK(fs::exists(folder / "elsewhere/journal"));
}

}  // namespace test_in_place
