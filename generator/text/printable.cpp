#include "text/printable.h"

namespace mobilith {

namespace {

// Bytes of the printable character that begins the text; 0: it is none. RFC 3629: no longer form than needed,
// no surrogates, nothing above U+10FFFF.
size_t character(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (size_t i = 1; i < length; i++)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const unsigned second = byte(1);
  if (first == 0xc2 && second < 0xa0) return 0;  // C1
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  // What turns the direction of the letters behind it: U+202A to U+202E, U+2066 to U+2069.
  const unsigned third = first == 0xe2 ? byte(2) : 0;
  if ((second == 0x80 && third >= 0xaa && third <= 0xae) ||
      (second == 0x81 && third >= 0xa6 && third <= 0xa9))
    return 0;
  return length;
}

}  // namespace

bool is_printable(std::string_view text, std::string_view allowed) {
  while (!text.empty()) {
    const size_t length = allowed.find(text[0]) != allowed.npos ? 1 : character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::string_view allowed) {
  std::string shown;
  while (!text.empty()) {
    const size_t length = allowed.find(text[0]) != allowed.npos ? 1 : character(text);
    shown += length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return shown;
}

}  // namespace mobilith
