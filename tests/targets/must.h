// A program that must succeed.
#pragma once

#include <string>
#include <vector>

#include "catch.h"
#include "process.h"

namespace mobilith::targets {

inline void must(const std::vector<std::string>& words) {
  const ProcessResult result = run_process(words);
  INFO(words[0] << ": " << result.err << result.out);
  REQUIRE(result.code == 0);
}

}  // namespace mobilith::targets
