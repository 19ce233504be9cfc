#include "faults/injected.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "catch.h"

namespace mobilith::faults {

namespace {

std::vector<std::string> with_shim(std::vector<std::string> environment, const std::string& call,
                                   const std::string& action) {
  for (const std::string& setting : {std::string("LD_PRELOAD=") + MOBILITH_FAULT_SHIM,
                                     "MOBILITH_FAULT_CALL=" + call, "MOBILITH_FAULT_ACTION=" + action})
    environment.push_back(setting);
  return environment;
}

// `wanted` numbers of 1 to `count`, evenly, the first and the last among them.
std::set<unsigned long> chosen(unsigned long count, unsigned long wanted) {
  std::set<unsigned long> numbers;
  for (unsigned long i = 0; i < wanted && count > 0; i++)
    numbers.insert(1 + (wanted > 1 ? i * (count - 1) / (wanted - 1) : 0));
  return numbers;
}

}  // namespace

std::string to_string(const Fault& fault) {
  return fault.call + " " + std::to_string(fault.at) + (fault.kills ? ", killed" : ", failed");
}

ProcessResult run_with(const Fault& fault, const std::vector<std::string>& words,
                       std::vector<std::string> environment) {
  environment = with_shim(std::move(environment), fault.call, fault.kills ? "kill" : "fail");
  environment.push_back("MOBILITH_FAULT_AT=" + std::to_string(fault.at));
  return run_process(words, environment);
}

unsigned long count_calls(const std::string& call, const std::vector<std::string>& words,
                          const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  std::vector<std::string> counting = with_shim(environment, call, "count");
  counting.push_back("MOBILITH_FAULT_COUNTS=" + (folder / "count").string());
  const ProcessResult result = run_process(words, counting);
  INFO(call << ": " << result.err);
  REQUIRE(result.code == 0);
  return std::stoul(read_text(folder / "count"));
}

std::vector<Fault> faults_of(const std::vector<std::string>& calls, const std::vector<std::string>& words,
                             const std::vector<std::string>& environment,
                             const std::function<void()>& prepare) {
  const char* asked = std::getenv("MOBILITH_FAULTS");
  const unsigned long most = asked ? std::stoul(asked) : 0;
  std::vector<Fault> faults;
  for (const std::string& call : calls) {
    if (prepare) prepare();
    const unsigned long count = count_calls(call, words, environment);
    if (!asked && count > 0)
      faults.insert(faults.end(), {{call, (count + 1) / 2, false}, {call, count, true}});
    for (const unsigned long number : chosen(count, std::min(count, most)))
      for (const bool kills : {false, true}) faults.push_back({call, number, kills});
  }
  return faults;
}

void Tally::add(const Fault& fault, const ProcessResult& result, const std::string& left) {
  (fault.kills ? kills_ : faults_)++;
  (result.code == 0 ? survived_ : result.code == 128 + 9 ? killed_ : failed_)++;
  if (left == "new") new_++;
  if (left == "old") old_++;
}

Tally::~Tally() {
  std::cout << what_ << ": " << faults_ << " failed calls, " << kills_ << " kills; " << survived_
            << " runs ended well, " << failed_ << " with an error, " << killed_ << " were killed; " << old_
            << " left what was there, " << new_ << " what is new" << std::endl;
}

}  // namespace mobilith::faults
