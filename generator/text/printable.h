// Texts that others wrote, on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace mobilith {

// Whether the text is UTF-8 without control characters: nothing that a terminal would take for a command.
// C1's (U+0080 to U+009F) are such, too, and what makes a text read backwards (U+202A to U+202E, U+2066 to
// U+2069). Letters of `allowed` may be there.
bool is_printable(std::string_view text, std::string_view allowed = "");

// The text with a question mark for each byte that is not.
std::string printable(std::string_view text, std::string_view allowed = "");

}  // namespace mobilith
