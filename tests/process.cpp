#include "process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace fs = std::filesystem;

ProcessResult run_process(const std::vector<std::string>& words,
                          const std::vector<std::string>& environment) {
  const TemporaryFolder scratch;
  const std::string out = scratch / "out", err = scratch / "err";
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid == 0) {
    const int o = open(out.c_str(), O_WRONLY | O_CREAT, 0600),
              e = open(err.c_str(), O_WRONLY | O_CREAT, 0600), i = open("/dev/null", O_RDONLY);
    dup2(i, 0), dup2(o, 1), dup2(e, 2);
    for (const std::string& variable : environment) putenv(strdup(variable.c_str()));
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_text(out), read_text(err)};
}

std::vector<std::string> pkg_config_flags(const fs::path& tree, const std::string& name) {
  const ProcessResult result = run_process({"pkg-config", "--cflags", "--libs", name},
                                           {"PKG_CONFIG_PATH=" + (tree / "lib/pkgconfig").string()});
  if (result.code != 0) throw std::runtime_error("pkg-config: " + result.err);
  std::istringstream text(result.out);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "mobilith-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder).string());
  std::sort(files.begin(), files.end());
  return files;
}
