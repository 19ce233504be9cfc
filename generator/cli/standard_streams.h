// The streams that the caller gives.
#pragma once

#include <fmt/format.h>

#include <string>

namespace mobilith {

// Puts something in place of standard streams that the caller closed: without it the next file that is opened
// would be one of them, and messages would go into it. Writing to one fails as if it were closed. Nor does a
// limit on files' sizes kill this process any more: writing fails. Call it first.
void hold_standard_streams();

// Writes to standard error, if it takes it: a message that nobody can read is no error.
void say(const std::string& text);

template <typename... Arguments>
void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  say(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace mobilith
