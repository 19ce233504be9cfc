// PKWARE's APPNOTE 6.3, sections 4.3.14 to 4.3.16: where the directory lies is said behind it.
#include "state_dicts/zip_extent.h"

#include <cstdint>
#include <optional>

namespace mobilith::file {

namespace {

constexpr std::string_view end_mark = "PK\x05\x06", end64_mark = "PK\x06\x06", locator_mark = "PK\x06\x07";
constexpr size_t end_bytes = 22, end64_bytes = 56, locator_bytes = 20;

// Little-endian; the caller has looked whether it is there.
uint64_t number(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; i++) value |= uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

// Where zip64's end is that belongs to the other at `end`; nothing: there is none.
std::optional<size_t> end64_before(std::string_view bytes, size_t end) {
  if (end < locator_bytes || bytes.substr(end - locator_bytes, 4) != locator_mark) return std::nullopt;
  const uint64_t at = number(bytes, end - locator_bytes + 8, 8);
  if (at > end - locator_bytes || end - locator_bytes - at < end64_bytes) return std::nullopt;
  return bytes.substr(at, 4) == end64_mark ? std::optional<size_t>(at) : std::nullopt;
}

}  // namespace

std::string zip_extent_fault(std::string_view bytes) {
  const size_t end = bytes.rfind(end_mark);
  if (end == bytes.npos || bytes.size() - end < end_bytes) return "is cut short: its end is missing";
  if (number(bytes, end + 20, 2) != bytes.size() - end - end_bytes) return "has more behind its end";
  const std::optional<size_t> end64 = end64_before(bytes, end);
  const size_t behind = end64.value_or(end);  // the directory
  const uint64_t size = end64 ? number(bytes, *end64 + 40, 8) : number(bytes, end + 12, 4);
  const uint64_t begin = end64 ? number(bytes, *end64 + 48, 8) : number(bytes, end + 16, 4);
  if (begin > behind || behind - begin != size) return "does not begin where its directory says it does";
  return "";
}

}  // namespace mobilith::file
