// Output folders that can't be used, a full disk, and Ctrl-C: one line, and nothing half done.
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "cli/errors.h"
#include "skip.h"

namespace test_folder_errors {

namespace {

std::vector<std::string> generate_into(const std::filesystem::path& out) {
  return {"generate", "--net",     "mobilenet_v1", "--alpha", "0.25", "--resolution",
          "32",       "--weights", "synthetic",    "--out",   out};
}

}  // namespace

TEST_CASE("the output folder is a file, or below one") {
  const TemporaryFolder folder;
  write_text(folder / "file", "mine");
  check_refused(generate_into(folder / "file"), 1, {"--out", "is not a folder"});
  check_refused(generate_into(folder / "file/tree"), 1, {"--out", "is not a folder"});
  CHECK(read_text(folder / "file") == "mine");
}

TEST_CASE("an output folder that can be none is refused, and the current folder is not taken for it") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "here");
  std::filesystem::create_symlink("loop", folder / "loop");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  const std::string longest(256, 'n');
  for (const auto& [out, said] :
       std::vector<std::pair<std::string, std::string>>{{"../loop", "Too many levels of symbolic links"},
                                                        {"../loop/tree", "Too many levels of symbolic links"},
                                                        {"../dangling", "is a link to no folder"},
                                                        {longest, "File name too long"},
                                                        {longest + "/tree", "File name too long"}}) {
    std::vector<std::string> call{
        "sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder / "here", MOBILITH_PROGRAM};
    for (const std::string& word : generate_into(out)) call.push_back(word);
    call.emplace_back("--no-check");
    const ProcessResult result = run_process(call);
    INFO(result.err);
    CHECK(result.code == 1);
    CHECK(result.err == "mobilith: --out: " + out + ": " + said + "\n");
    CHECK(std::filesystem::is_empty(folder / "here"));
  }
}

TEST_CASE("the disk of temporary files is full when a shared object is written", "[.full]") {
  const TemporaryFolder folder;
  std::vector<std::string> call{MOBILITH_PROGRAM};
  for (const std::string& word : generate_into(folder / "tree")) call.push_back(word);
  call.insert(call.end(), {"--no-check", "--name", "net"});
  REQUIRE(run_process(call).code == 0);
  size_t bytes = 40 << 10;  // what is linked has place, what comes of it has not
  for (const char* archive : {"tree/lib/libnet.a", "tree/lib/libmobilith_runtime.a"})
    bytes += std::filesystem::file_size(folder / archive);
  std::filesystem::create_directory(folder / "full");
  if (mount("tmpfs", (folder / "full").c_str(), "tmpfs", 0, ("size=" + std::to_string(bytes)).c_str()) != 0)
    return skip("a disk that is full needs the right to mount one");
  const ProcessResult result =
      run_process({MOBILITH_PROGRAM, "link", folder / "tree", "--out", folder / "net.so"},
                  {"TMPDIR=" + (folder / "full").string()});
  umount2((folder / "full").c_str(), MNT_DETACH);
  INFO(result.err);
  CHECK(result.code == 1);
  // Where it runs out differs: a sanitizer's own file takes of the place.
  CHECK(result.err.find("space left") != std::string::npos);
  CHECK(!std::filesystem::exists(folder / "net.so"));
}

TEST_CASE("a file's name of two lines does not hide what is wrong with it") {
  check_refused({"describe", "--weights", "/nonexistent/a\nb"}, 1, {"a b: No such file or directory"});
  const std::string name(100000, 'n');
  check_refused({"schedules", "list", "/" + std::string(300, 'n')}, 1, {"File name too long"});
  const ProcessResult found = run_process({MOBILITH_PROGRAM, "describe", "--net", name});
  CHECK(found.code == 2);
  CHECK(found.err.size() < 2500);
  CHECK(found.err.find(" [...] ") != std::string::npos);
}

TEST_CASE("a limit on files' sizes is an error that is said") {
#ifdef __SANITIZE_THREAD__
  return skip("the thread sanitizer writes a file before main()");
#endif
  const TemporaryFolder folder;
  std::vector<std::string> call{"sh", "-c", "ulimit -f 0 && exec \"$@\"", "sh", MOBILITH_PROGRAM};
  for (const std::string& word : generate_into(folder / "tree")) call.push_back(word);
  call.emplace_back("--no-cache");
  const ProcessResult result = run_process(call);
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(result.err.find("crashed") == std::string::npos);
  CHECK(!std::filesystem::exists(folder / "tree"));
}

TEST_CASE("a low limit on the stack is raised, or said") {
  const auto with = [](const std::string& limit) {
    return run_process({"sh", "-c", "ulimit " + limit + " 64 && exec \"$@\"", "sh", MOBILITH_PROGRAM,
                        "generate", "--net", "no_net", "--weights", "synthetic", "--out", "tree"});
  };
  CHECK(with("-Ss").err.starts_with("mobilith: --net: "));
  const ProcessResult hard = with("-s");
  CHECK(hard.code == 1);
  CHECK(hard.err == "mobilith: the stack may have 64 KB (ulimit -s), expected 256 KB or more\n");
}

TEST_CASE("the output folder is not empty and not ours") {
  const TemporaryFolder folder;
  write_text(folder / "tree/precious.txt", "mine");
  check_refused(generate_into(folder / "tree"), 1, {"--out", "not empty", "mobilith"});
  CHECK(files_below(folder / "tree") == std::vector<std::string>{"precious.txt"});
}

TEST_CASE("the output folder can't be written") {
  check_refused(generate_into("/proc/mobilith/tree"), 1, {"--out", "/proc/mobilith"});
}

TEST_CASE("only others may write the output folder", "[.others]") {
  std::vector<std::string> call = generate_into("/usr/mobilith-tree");
  call.insert(call.begin(), MOBILITH_PROGRAM);
  if (geteuid() == 0) {  // who may write anywhere
    if (missing("setpriv", "apt: util-linux")) return;
    call.insert(call.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  }
  const ProcessResult result = run_process(call);
  if (geteuid() == 0 && (result.code == 126 || result.code == 127))
    return skip("nobody but root may run the program: " + result.err);
  INFO(result.err);
  CHECK(result.code == 1);
  CHECK(result.err.starts_with("mobilith: --out"));
  CHECK(result.err.find("Permission denied") != std::string::npos);
}

TEST_CASE("the disk is full: what was written is taken back", "[.full]") {
  const TemporaryFolder folder;
  if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=300k") != 0)
    return skip("a disk that is full needs the right to mount one");
  std::filesystem::create_directory(folder / "tree");
  check_refused(generate_into(folder / "tree/new"), 1, {"--out", "No space left"});
  CHECK(files_below(folder.path()).empty());
  CHECK(!std::filesystem::exists(folder / "tree/new"));
  umount2(folder.path().c_str(), MNT_DETACH);
}

TEST_CASE("the disk of temporary files is full: their folder is named", "[.full]") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "full");
  if (mount("tmpfs", (folder / "full").c_str(), "tmpfs", 0, "size=64k") != 0)
    return skip("a disk that is full needs the right to mount one");
  std::vector<std::string> call{MOBILITH_PROGRAM};
  for (const std::string& word : generate_into(folder / "tree")) call.push_back(word);
  call.emplace_back("--no-cache");
  const ProcessResult result = run_process(call, {"TMPDIR=" + (folder / "full").string()});
  INFO(result.err);
  CHECK(result.code == 1);
  const std::string line = result.err.substr(result.err.rfind("mobilith: "));
  CHECK(line.find((folder / "full").string()) != std::string::npos);
  CHECK(line.find("space") != std::string::npos);
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  CHECK(!std::filesystem::exists(folder / "tree"));
  umount2((folder / "full").c_str(), MNT_DETACH);
}

TEST_CASE(
    "Ctrl-C or a closed terminal at any moment leaves a whole tree or none, no children, no temporary "
    "files") {
  for (const auto& [milliseconds, sent] : std::vector<std::pair<int, int>>{
           {5, SIGINT}, {60, SIGHUP}, {150, SIGINT}, {300, SIGHUP}, {450, SIGINT}, {600, SIGHUP}}) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "tmp");
    std::vector<std::string> words{MOBILITH_PROGRAM};
    for (const std::string& word : generate_into(folder / "tree")) words.push_back(word);
    words.emplace_back("--no-cache");
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      setpgid(0, 0);
      freopen("/dev/null", "w", stderr);
      freopen("/dev/null", "w", stdout);
      signal(SIGHUP, SIG_DFL);  // whatever started the tests
      setenv("TMPDIR", (folder / "tmp").c_str(), 1);
      std::vector<char*> arguments;
      for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    usleep(static_cast<useconds_t>(milliseconds) * 1000);
    kill(pid, sent);
    int status = 0;
    waitpid(pid, &status, 0);
    const bool finished = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const bool interrupted = (WIFEXITED(status) && WEXITSTATUS(status) == 130) ||
                             (WIFSIGNALED(status) && WTERMSIG(status) == sent);
    INFO("after " << milliseconds << " ms, status " << status);
    CHECK((finished || interrupted));
    CHECK(kill(-pid, 0) != 0);  // the process group is empty: no child lives on
    CHECK(files_below(folder / "tree").size() == (finished ? 9 : 0));
    CHECK(std::filesystem::is_empty(folder / "tmp"));
  }
}

}  // namespace test_folder_errors
