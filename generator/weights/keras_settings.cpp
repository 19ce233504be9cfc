#include "weights/keras_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/model_error.h"

namespace mobilith {

using nlohmann::json;

std::string json_text(const json& value) {
  const std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  return text.size() <= 80 ? text : text.substr(0, 77) + "...";
}

KerasSettings::KerasSettings(std::string what, const json& settings)
    : what_(std::move(what)), settings_(settings) {
  if (!settings.is_object()) throw WeightsError(fmt::format("{}: its settings are no JSON object", what_));
}

const json& KerasSettings::take(const std::string& name) {
  static const json null;
  taken_.insert(name);
  const auto found = settings_.find(name);
  return found == settings_.end() ? null : *found;
}

void KerasSettings::refuse(const std::string& name, const std::string& expected) const {
  const auto found = settings_.find(name);
  throw WeightsError(fmt::format("{}: the setting '{}' is {}, expected {}", what_, name,
                                 found == settings_.end() ? "absent" : json_text(*found), expected));
}

bool KerasSettings::flag(const std::string& name, bool otherwise) {
  const json& value = take(name);
  if (value.is_null()) return otherwise;
  if (!value.is_boolean()) refuse(name, "true or false");
  return value.get<bool>();
}

namespace {

constexpr int largest_whole = 1 << 24;

bool is_whole(const json& value) {
  return value.is_number_integer() && value >= json(-1) && value <= json(largest_whole);
}

}  // namespace

int KerasSettings::whole(const std::string& name, int otherwise) {
  const json& value = take(name);
  if (value.is_null()) return otherwise;
  if (!is_whole(value)) refuse(name, "a whole number");
  return value.get<int>();
}

double KerasSettings::number(const std::string& name, double otherwise) {
  const json& value = take(name);
  if (value.is_null()) return otherwise;
  if (!value.is_number() || !std::isfinite(value.get<double>())) refuse(name, "a number");
  return value.get<double>();
}

std::string KerasSettings::text(const std::string& name, const std::string& otherwise) {
  const json& value = take(name);
  if (value.is_null()) return otherwise;
  if (!value.is_string()) refuse(name, "a name");
  return value.get<std::string>();
}

std::pair<int, int> KerasSettings::pair(const std::string& name, int otherwise) {
  const json& value = take(name);
  if (value.is_null()) return {otherwise, otherwise};
  if (is_whole(value)) return {value.get<int>(), value.get<int>()};
  if (!value.is_array() || value.size() != 2 || !is_whole(value[0]) || !is_whole(value[1]))
    refuse(name, "one or two whole numbers");
  return {value[0].get<int>(), value[1].get<int>()};
}

void KerasSettings::expect(const std::string& name, std::initializer_list<json> values) {
  taken_.insert(name);
  const auto found = settings_.find(name);
  if (found == settings_.end()) return;
  // As JSON compares: 1 and 1.0 are equal.
  if (std::find(values.begin(), values.end(), *found) != values.end()) return;
  refuse(name, json_text(*values.begin()));
}

void KerasSettings::ignore(std::initializer_list<const char*> names) {
  for (const char* name : names) taken_.insert(name);
}

void KerasSettings::ignore_all() {
  for (const auto& [name, value] : settings_.items()) taken_.insert(name);
}

void KerasSettings::finish() const {
  for (const auto& [name, value] : settings_.items())
    if (!taken_.contains(name))
      throw WeightsError(
          fmt::format("{}: has a setting '{}' (of {}) that is not known here: it may change what the layer "
                      "computes",
                      what_, json_text(name), json_text(value)));
}

}  // namespace mobilith
