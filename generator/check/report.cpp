#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "check/check.h"

namespace mobilith {

namespace {

// More digits could differ from one libm's exp to another's.
std::string two_digits(double value) { return fmt::format("{:.1e}", value); }

}  // namespace

std::vector<CheckedCpu> unchecked(const CompiledLibrary& library, const std::string& reason) {
  std::vector<CheckedCpu> cpus;
  for (const std::string& cpu : library.cpus) cpus.push_back({cpu, reason});
  return cpus;
}

nlohmann::json check_json(const std::vector<CheckedCpu>& cpus) {
  nlohmann::json list = nlohmann::json::array();
  for (const CheckedCpu& c : cpus)
    if (c.skipped.empty()) {
      list.push_back({{"cpu", c.cpu},
                      {"blocks", c.blocks},
                      {"largest_difference", std::stod(two_digits(c.largest_difference))},
                      {"block", c.block}});
      if (c.rounding > 0) list.back()["rounding"] = std::stod(two_digits(c.rounding));
    } else {
      list.push_back({{"cpu", c.cpu}, {"skipped", c.skipped}});
    }
  return list;
}

std::string check_text(const std::vector<CheckedCpu>& cpus) {
  std::vector<std::string> checked;
  std::map<std::string, std::vector<std::string>> skipped;  // by reason
  const CheckedCpu* worst = nullptr;
  for (const CheckedCpu& c : cpus) {
    if (!c.skipped.empty()) {
      skipped[c.skipped].push_back(c.cpu);
      continue;
    }
    checked.push_back(c.cpu);
    if (!worst || c.largest_difference > worst->largest_difference) worst = &c;
  }
  std::string text;
  if (worst && worst->largest_difference == 0)
    text += fmt::format("checked for {}: every number of every block is the reference's\n",
                        fmt::join(checked, ", "));
  else if (worst)
    text += fmt::format("checked for {}: every block within {} of its largest value ({})\n",
                        fmt::join(checked, ", "), two_digits(worst->largest_difference), worst->block);
  double rounding = 0;
  for (const CheckedCpu& c : cpus) rounding = std::max(rounding, c.rounding);
  if (rounding > 0)
    text += fmt::format(
        "numbers of 16 bits: outputs are off those of the model in double by {} of their largest value\n",
        two_digits(rounding));
  for (const auto& [reason, names] : skipped)
    text += fmt::format("not checked for {}: {}\n", fmt::join(names, ", "), reason);
  return text;
}

}  // namespace mobilith
