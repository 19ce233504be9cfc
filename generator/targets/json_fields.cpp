#include "targets/json_fields.h"

#include <fmt/format.h>

#include <stdexcept>

namespace mobilith {

using nlohmann::json;

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() <= 40) return text;
  text.resize(40);
  return text + "...";
}

void refuse(const std::string& field, const std::string& expected, const json& got) {
  throw std::invalid_argument(fmt::format("{}: expected {}, got {}", field, expected, shown(got)));
}

void refuse_unknown(const std::string& field) {
  throw std::invalid_argument(fmt::format("{}: unknown field; a newer version's?", field));
}

bool is_whole_number(const json& value, int64_t least, int64_t most) {
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(most)) return false;
  return value.get<int64_t>() >= least && value.get<int64_t>() <= most;
}

int64_t whole_number(const std::string& field, const json& value, int64_t least, int64_t most) {
  if (!is_whole_number(value, least, most))
    refuse(field, fmt::format("a whole number from {} to {}", least, most), value);
  return value.get<int64_t>();
}

bool yes_or_no(const std::string& field, const json& value) {
  if (!value.is_boolean()) refuse(field, "true or false", value);
  return value.get<bool>();
}

void require_object(const std::string& name, const json& value) {
  if (!value.is_object()) refuse(name, "an object", value);
}

}  // namespace mobilith
