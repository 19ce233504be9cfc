#include "tune/autotune.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "nightly.h"

namespace fs = std::filesystem;

std::vector<std::string> small_v1() {
  return {"--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32"};
}

std::vector<std::string> small_network() {
  if (mobilith::testing::nightly()) return small_v1();
  return {"--weights", MOBILITH_TEST_DATA "/small_network.onnx"};
}

size_t small_kernels() { return mobilith::testing::nightly() ? v1_kernels : 5; }

std::vector<std::string> autotune_of(std::vector<std::string> network, const fs::path& schedules,
                                     const std::vector<std::string>& more) {
  network.insert(network.begin(), {MOBILITH_PROGRAM, "autotune"});
  network.insert(network.end(), {"--schedules", schedules, "--format", "json"});
  network.insert(network.end(), more.begin(), more.end());
  return network;
}

std::vector<std::string> small_autotune(const fs::path& schedules, const std::vector<std::string>& more) {
  return autotune_of(small_network(), schedules, more);
}

std::vector<std::string> generate_of(std::vector<std::string> network, const fs::path& schedules,
                                     const std::vector<std::string>& more) {
  if (std::find(network.begin(), network.end(), "--weights") == network.end())
    network.insert(network.end(), {"--weights", "synthetic"});
  network.insert(network.begin(), {MOBILITH_PROGRAM, "generate", "--name", "net"});
  network.insert(network.end(), {"--schedules", schedules});
  network.insert(network.end(), more.begin(), more.end());
  return network;
}

nlohmann::json records_in(const fs::path& schedules) {
  nlohmann::json all = nlohmann::json::array();
  for (const std::string& name : files_below(schedules)) {
    if (!name.ends_with(".json")) continue;
    const std::string file = schedules / name;
    const ProcessResult verified = run_process({MOBILITH_PROGRAM, "schedules", "verify", file});
    if (verified.code != 0) throw std::runtime_error("verify: " + verified.out + verified.err);
    const ProcessResult listed =
        run_process({MOBILITH_PROGRAM, "schedules", "list", file, "--format", "json"});
    if (listed.code != 0) throw std::runtime_error("list: " + listed.err);
    for (const nlohmann::json& record : nlohmann::json::parse(listed.out)) all.push_back(record);
  }
  return all;
}

pid_t start_process(const std::vector<std::string>& words, const std::string& variable, const fs::path& err) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int null = open("/dev/null", O_RDWR);
  for (int stream : {0, 1}) dup2(null, stream);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), 2);
  putenv(strdup(variable.c_str()));
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

bool any_process_with(const std::string& variable) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    const std::string environment = read_text(entry.path() / "environ");
    if (environment.find(variable) != std::string::npos) return true;
  }
  return false;
}
