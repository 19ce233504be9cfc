// Errors about what the user gave. They carry its name; each surface spells it in its own way: the command
// line "--depth-multiplier", CMake DEPTH_MULTIPLIER.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace mobilith {

// Names are in small letters with hyphens: "alpha", "depth-multiplier".
struct FieldMessage {
  std::string field = {};  // what the message is about; empty: nothing that was given
  std::string text = {};
  std::string mentioned = {};  // another name, between text and rest; empty: none
  std::string rest = {};
};

inline std::string spelled(const FieldMessage& message,
                           const std::function<std::string(const std::string&)>& spelling) {
  const std::string about = message.field.empty() ? "" : spelling(message.field) + ": ";
  const std::string mention = message.mentioned.empty() ? "" : spelling(message.mentioned);
  return about + message.text + mention + message.rest;
}

// what() has the names as they are: "alpha: expected a number above 0 and at most 10, got 0".
struct FieldError : std::runtime_error {
  explicit FieldError(FieldMessage of)
      : std::runtime_error(spelled(of, [](const std::string& name) { return name; })),
        message(std::move(of)) {}
  explicit FieldError(const std::string& text) : FieldError(FieldMessage{.text = text}) {}
  FieldError(const std::string& field, const std::string& text)
      : FieldError(FieldMessage{.field = field, .text = text}) {}

  FieldMessage message;
};

}  // namespace mobilith
