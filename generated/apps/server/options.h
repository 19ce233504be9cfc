#pragma once

#include <stdexcept>
#include <string>
#include <vector>

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  bool help = false;
  std::string host = "127.0.0.1";
  int port = 8080;         // 0: any free one
  int workers = 0;         // 0: as many as cores
  int max_megabytes = 16;  // of a body
  int max_megapixels = 16;
  int max_connections = 64;
  int seconds = 10;  // for a request to arrive, and for an answer to be taken
  std::vector<std::string> labels;
};

extern const char* const usage;

// Throws UsageError: one line that names the option.
Options parse_options(int count, char** values);
