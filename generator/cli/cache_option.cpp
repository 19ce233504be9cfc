#include "cli/cache_option.h"

#include <fmt/format.h>

#include <sstream>
#include <vector>

#include "cli/options.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

int64_t bytes_of(const std::string& text) {
  int64_t unit = 1;
  std::string digits = text;
  for (const auto& [letter, factor] : {std::pair{'K', 1 << 10}, {'M', 1 << 20}})
    if (!digits.empty() && digits.back() == letter) unit = factor, digits.pop_back();
  const double value = number("caches", digits) * static_cast<double>(unit);
  if (value < 1024 || value > 4e9 || value != static_cast<double>(static_cast<int64_t>(value)))
    throw UsageError("caches", fmt::format("expected a size like 48K or 2M, got '{}'", text));
  return static_cast<int64_t>(value);
}

double rate_of(const std::string& text) {
  const double value = number("caches", text);
  if (value <= 0 || value > 1000)
    throw UsageError("caches", fmt::format("expected a number above 0, got '{}'", text));
  return value;
}

}  // namespace

tune::CacheLevels with_caches(tune::CacheLevels levels, const std::string& text) {
  const std::vector<std::pair<std::string, int64_t*>> sizes{
      {"l1", &levels.l1}, {"l2", &levels.l2}, {"l3", &levels.l3}};
  const std::vector<std::pair<std::string, double*>> rates{{"l2-bandwidth", &levels.l2_bandwidth},
                                                           {"l3-bandwidth", &levels.l3_bandwidth},
                                                           {"memory-bandwidth", &levels.memory_bandwidth},
                                                           {"ghz", &levels.gigahertz}};
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    std::vector<std::string> names;
    bool found = false;
    for (const auto& [known, place] : sizes) {
      names.push_back(known);
      if (known == name) *place = bytes_of(value), found = true;
    }
    for (const auto& [known, place] : rates) {
      names.push_back(known);
      if (known == name) *place = rate_of(value), found = true;
    }
    if (!found)
      throw UsageError("caches", fmt::format("expected NAME=VALUE,... with names like l1, l2, l3, got '{}'{}",
                                             word, did_you_mean(name, names)));
  }
  if (levels.l1 >= levels.l2) throw UsageError("caches", "expected l1 to be smaller than l2");
  return levels;
}

}  // namespace mobilith
