// What `mobilith verify` prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "check/verify.h"
#include "models/image_scaling.h"

namespace mobilith {

struct VerifyReport {
  std::string library, folder, model;
  std::string graph;  // what is compared with, for people: "the file's own graph (TFLite)..."
  PixelRange pixels;
  std::string pixels_from;  // who says so
  bool pictures = false;    // whether there were any
  std::vector<std::string> labels;
  Verification verification;
  std::vector<CheckedCpu> blocks;  // empty: not compared, because outputs differ
  std::string wrong;               // one line; empty: all agrees
};

void print_verification(const VerifyReport&);
nlohmann::json verification_json(const VerifyReport&);

// One line for the first input that has no outputs, or output that differs; empty: there is none.
std::string disagreement(const VerifyReport&);

}  // namespace mobilith
