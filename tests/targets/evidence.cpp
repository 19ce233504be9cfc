#include "targets/evidence.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "process.h"
#include "skip.h"

namespace mobilith::targets {

Evidence::Evidence(std::string target, std::string how, std::string what)
    : target_(std::move(target)), how_(std::move(how)), what_(std::move(what)) {}

Evidence::~Evidence() {
  const char* file = std::getenv("MOBILITH_EVIDENCE");
  if (!file) return;
  static bool first = true;  // an earlier run's rows go
  std::ofstream rows(file, first ? std::ios::trunc : std::ios::app);
  first = false;
  rows << nlohmann::json{{"target", target_},
                         {"how", how_},
                         {"what", what_},
                         {"result", result_},
                         {"why", why_}}
              .dump()
       << "\n";
}

void Evidence::passed() { result_ = "passed"; }

void Evidence::skipped(const std::string& why) {
  result_ = "skipped";
  why_ = why;
  skip(target_ + ": " + why);
}

bool Evidence::has(const std::string& program, const std::string& packages) {
  if (run_process({program, "--version"}).code != 127) return true;  // some know no --version
  skipped("no " + program + " (apt: " + packages + ")");
  return false;
}

}  // namespace mobilith::targets
