// What the child process of a verification does.
#pragma once

#include <filesystem>
#include <vector>

#include "check/verify.h"

namespace mobilith::check {

struct VerifyWork {
  const GeneratedLibrary& tree;
  const Network& whole;
  const Network& network;
  const Weights& weights;
  const std::vector<VerifyInput>& inputs;
};

// Appends lines of JSON to the file: {"stage", "input"} before each piece of work, {"cpu", "skipped"} for a
// CPU that this machine is none of, line_of() for each input, and {"failure"} at last where the work can't be
// done.
void verify_in_child(const VerifyWork&, const std::filesystem::path& results);

}  // namespace mobilith::check
