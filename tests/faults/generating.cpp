#include "faults/generating.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "catch.h"
#include "nightly.h"

namespace mobilith::faults {

namespace fs = std::filesystem;

// The file is tests/fuzz/corpus/model/small_network.onnx for an image of 32x32: five kernels in place of
// eleven, and a hundredth of the archive.
std::vector<std::string> call_for(const std::string& name, const fs::path& out, const std::string& output) {
  std::vector<std::string> call{MOBILITH_PROGRAM, "generate", "--output", output, "--name", name,
                                "--out",          out,        "--weights"};
  if (testing::nightly())
    call.insert(call.end(), {"synthetic", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32"});
  else
    call.emplace_back(MOBILITH_TEST_DATA "/small_network.onnx");
  return call;
}

void must_generate(const std::string& name, const fs::path& out, const std::string& output) {
  const ProcessResult result = run_process(call_for(name, out, output));
  INFO(result.err);
  REQUIRE(result.code == 0);
}

Contents contents(const fs::path& tree) {
  Contents found;
  for (const std::string& file : files_below(tree)) found[file] = read_text(tree / file);
  return found;
}

std::vector<std::string> entries(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

pid_t start(const std::vector<std::string>& words, const fs::path& log) {
  std::fflush(nullptr);  // or the child writes it, too
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid != 0) return pid;
  if (!freopen(log.c_str(), "w", stderr) || !freopen("/dev/null", "w", stdout)) _exit(126);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

bool ended(pid_t pid) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mobilith::faults
