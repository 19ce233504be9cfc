#include "targets/evidence.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "process.h"

namespace mobilith::targets {

namespace {

// What nothing failed in, but something was skipped in, ends as CTest's SKIP_RETURN_CODE. (A pattern in the
// output would hide failures of other cases.)
void end_as_skipped(int status, void*) {
  std::cout.flush();
  if (status == 0) _exit(77);
}

}  // namespace

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
  static const int registered = on_exit(end_as_skipped, nullptr);
  REQUIRE(registered == 0);
  WARN("skipped: " << target_ << ": " << why);
}

bool Evidence::has(const std::string& program, const std::string& packages) {
  if (run_process({program, "--version"}).code != 127) return true;  // some know no --version
  skipped("no " + program + " (apt: " + packages + ")");
  return false;
}

}  // namespace mobilith::targets
