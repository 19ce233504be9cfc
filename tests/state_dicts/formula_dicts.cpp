#include "state_dicts/formula_dicts.h"

#include <regex>

namespace mobilith::testing {

std::string older_name(const std::string& key) {
  static const std::regex nested(R"((features\.\d+\.conv\.)(\d)\.(\d)(\..*))"),
      last(R"((features\.(\d+)\.conv\.)(\d)(\.[a-z].*))");
  std::smatch found;
  if (std::regex_match(key, found, nested))
    return found[1].str() + std::to_string(3 * std::stoi(found[2]) + std::stoi(found[3])) + found[4].str();
  if (!std::regex_match(key, found, last)) return key;
  const int end = found[2] == "1" ? 1 : 2;
  return found[1].str() + std::to_string(3 * end + std::stoi(found[3]) - end) + found[4].str();
}

std::string name_apart(const std::string& key) {
  if (key.starts_with("features.18.")) return "conv." + key.substr(12);
  return key.starts_with("classifier.1.") ? "classifier." + key.substr(13) : older_name(key);
}

}  // namespace mobilith::testing
