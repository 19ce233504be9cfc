// Programs run by tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

struct ProcessResult {
  int code = 0;  // the exit code; 128 + the signal where one ended it
  std::string out, err;
};

// Runs a program (found in PATH unless it has a slash), no shell in between; environment: "NAME=value" added
// to ours.
ProcessResult run_process(const std::vector<std::string>& words,
                          const std::vector<std::string>& environment = {});

// Output words of `pkg-config --cflags --libs NAME` for a tree, and nothing else.
std::vector<std::string> pkg_config_flags(const std::filesystem::path& tree, const std::string& name);

// A folder of its own that goes at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path&);
void write_text(const std::filesystem::path&, const std::string& text);

// All regular files below a folder, relative, sorted.
std::vector<std::string> files_below(const std::filesystem::path&);
