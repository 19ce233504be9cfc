// Structures as JSON objects by a table of their fields, so that one row adds a field everywhere.
//
// A field that is missing has the structure's default. Later fields are written only where they differ from
// it: a text from before there were such fields stays what it is, read or written.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <variant>

namespace mobilith {

template <typename T>
struct JsonField {
  const char* name;
  std::variant<bool T::*, int T::*, int64_t T::*> member;
  int64_t least = 0, most = 0;  // of numbers
  bool always_written = false;  // the default, too: the fields of the first version
};

// These throw std::invalid_argument, one line that names the field and what was expected.
[[noreturn]] void refuse(const std::string& field, const std::string& expected, const nlohmann::json& got);
int64_t whole_number(const std::string& field, const nlohmann::json&, int64_t least, int64_t most);
bool yes_or_no(const std::string& field, const nlohmann::json&);
void require_object(const std::string& name, const nlohmann::json&);
[[noreturn]] void refuse_unknown(const std::string& field);

bool is_whole_number(const nlohmann::json&, int64_t least, int64_t most);
std::string shown(const nlohmann::json&);  // for a message: one line, cut where it is long

template <typename T>
nlohmann::json written(const T& object, std::span<const JsonField<T>> fields) {
  const T defaults;
  nlohmann::json json = nlohmann::json::object();
  for (const JsonField<T>& field : fields)
    std::visit(
        [&](auto member) {
          if (field.always_written || object.*member != defaults.*member) json[field.name] = object.*member;
        },
        field.member);
  return json;
}

// name: of the object, for messages. Throws std::invalid_argument for a wrong type or value, and for a field
// that the table does not have.
template <typename T>
T read_fields(const nlohmann::json& json, std::span<const JsonField<T>> fields, const std::string& name) {
  require_object(name, json);
  T object;
  for (const auto& [key, value] : json.items()) {
    const std::string path = name + "." + key;
    const JsonField<T>* known = nullptr;
    for (const JsonField<T>& field : fields)
      if (key == field.name) known = &field;
    if (!known) refuse_unknown(name + "." + shown(key));
    if (const auto* flag = std::get_if<bool T::*>(&known->member))
      object.*(*flag) = yes_or_no(path, value);
    else if (const auto* number = std::get_if<int T::*>(&known->member))
      object.*(*number) = static_cast<int>(whole_number(path, value, known->least, known->most));
    else
      object.*std::get<int64_t T::*>(known->member) = whole_number(path, value, known->least, known->most);
  }
  return object;
}

}  // namespace mobilith
