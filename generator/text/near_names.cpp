#include "text/near_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mobilith {

namespace {

// Levenshtein's distance, one row of the table at a time.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      const size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> near_names(const std::string& wrong, std::vector<std::string> names, size_t most) {
  const size_t limit = std::max<size_t>(2, wrong.size() / 2);
  std::erase_if(names, [&](const std::string& name) { return distance(wrong, name) > limit; });
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return distance(wrong, a) < distance(wrong, b);
  });
  names.resize(std::min(names.size(), most));
  return names;
}

std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& names) {
  const std::vector<std::string> near = near_names(wrong, names);
  return near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "));
}

}  // namespace mobilith
