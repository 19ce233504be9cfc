#pragma once

#include <stdexcept>
#include <string>
#include <vector>

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  bool help = false, json = false;
  int best = 5, threads = 1;
  std::string labels = MODEL_LABELS;  // a file with a line per class; empty: none
  float black = -1, white = 1;        // what they are to the network
  std::vector<std::string> pictures;
};

extern const char* const usage;

// Throws UsageError.
Options parse_options(int count, char** values);
