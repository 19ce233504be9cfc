#include "formats/json_message.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "graph/file_error.h"
#include "text/bounded_json.h"

namespace mobilith::file {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::json;

json parse_json(const std::string& bytes) {
  try {
    return parse_json_within(bytes);
  } catch (const JsonFault& fault) {
    throw Error(fault.kind == JsonFault::Kind::damaged ? "JSON that is cut or damaged"
                                                       : fmt::format("JSON: {}", fault.what()));
  }
}

namespace {

[[noreturn]] void refuse_field(const Message& message, const std::string& key, const char* what) {
  throw Error(
      fmt::format("a {} has a field {} {}", message.GetDescriptor()->name(), file::quoted(key), what));
}

std::optional<std::string> from_base64(const std::string& text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  size_t end = text.size();
  while (end > 0 && text[end - 1] == '=' && text.size() - end < 2) --end;
  const std::string_view digits(text.data(), end);
  for (const char c : digits) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                               urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t digit = plain.find(c);
    if (digit == std::string_view::npos) digit = urls.find(c);
    if (digit == std::string_view::npos) return {};
    bits = bits << 6 | uint32_t(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += char(bits >> count & 0xff);
  }
  if (count >= 6) return {};  // a digit too many
  return bytes;
}

// A whole number, which JSON may have as a word.
std::optional<int64_t> whole(const json& value) {
  if (value.is_number_integer() && !(value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX))
    return value.get<int64_t>();
  if (!value.is_string()) return {};
  const std::string& text = value.get_ref<const std::string&>();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<double> real(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  return {};
}

std::optional<std::string> bytes_of(const FieldDescriptor& field, const json& value) {
  if (!value.is_string()) return {};
  const std::string& text = value.get_ref<const std::string&>();
  const bool any = field.name() == "s" || field.name() == "tensor_content";
  return any ? from_base64(text) : text;
}

// Sets the field, or adds to it where it is repeated. Returns whether the value is of its kind.
bool put(Message& message, const FieldDescriptor& field, const json& value) {
  const auto& reflection = *message.GetReflection();
  const auto store = [&](auto set, auto add, const auto& number) {
    if (!number) return false;
    field.is_repeated() ? (reflection.*add)(&message, &field, *number)
                        : (reflection.*set)(&message, &field, *number);
    return true;
  };
  using R = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!value.is_object()) return false;
      read_message(value, field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                              : *reflection.MutableMessage(&message, &field));
      return true;
    case FieldDescriptor::CPPTYPE_STRING: {
      auto bytes = bytes_of(field, value);
      if (!bytes) return false;
      field.is_repeated() ? reflection.AddString(&message, &field, std::move(*bytes))
                          : reflection.SetString(&message, &field, std::move(*bytes));
      return true;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* found = value.is_string()
                              ? field.enum_type()->FindValueByName(value.get<std::string>())
                              : field.enum_type()->FindValueByNumber(int(whole(value).value_or(-1)));
      if (!found) return false;
      field.is_repeated() ? reflection.AddEnum(&message, &field, found)
                          : reflection.SetEnum(&message, &field, found);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64:
      return store(&R::SetInt64, &R::AddInt64, whole(value));
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = whole(value);
      if (!number || *number != int32_t(*number)) return false;
      return store(&R::SetInt32, &R::AddInt32, number);
    }
    case FieldDescriptor::CPPTYPE_FLOAT:
      return store(&R::SetFloat, &R::AddFloat, real(value));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return store(&R::SetDouble, &R::AddDouble, real(value));
    case FieldDescriptor::CPPTYPE_BOOL:
      return store(&R::SetBool, &R::AddBool,
                   value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt);
    default:
      return false;
  }
}

// A map is a list of entries in the schema.
bool is_map(const FieldDescriptor& field) {
  return field.is_repeated() && field.message_type() && field.message_type()->FindFieldByName("key");
}

bool put_all(Message& message, const FieldDescriptor& field, const json& value) {
  if (is_map(field)) {
    if (!value.is_object()) return false;
    for (const auto& [key, one] : value.items())
      if (!put(message, field, json{{"key", key}, {"value", one}})) return false;
    return true;
  }
  if (!field.is_repeated()) return put(message, field, value);
  if (!value.is_array()) return false;
  for (const json& one : value)
    if (!put(message, field, one)) return false;
  return true;
}

}  // namespace

void read_message(const json& from, Message& message) {
  for (const auto& [key, value] : from.items()) {
    const FieldDescriptor* field = nullptr;
    for (int i = 0; i < message.GetDescriptor()->field_count() && !field; ++i)
      if (message.GetDescriptor()->field(i)->json_name() == key) field = message.GetDescriptor()->field(i);
    if (!field) refuse_field(message, key, "that is not known");
    if (!put_all(message, *field, value)) refuse_field(message, key, "of another kind");
  }
}

}  // namespace mobilith::file
