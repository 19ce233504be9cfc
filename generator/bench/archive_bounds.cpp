#include "bench/archive_bounds.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace mobilith {

namespace {

constexpr std::string_view magic = "!<arch>\n";
constexpr size_t header_bytes = 60, name_bytes = 16, size_at = 48, size_bytes = 10;

// A decimal number with blanks behind it.
std::optional<size_t> number_in(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(size_t(end - text.data()));
  if (error != std::errc() || rest.find_first_not_of(' ') != rest.npos) return std::nullopt;
  return number;
}

}  // namespace

std::string archive_fault(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return "is no archive of objects";
  for (size_t at = magic.size(); at < bytes.size();) {
    if (bytes.size() - at < header_bytes) return fmt::format("cut short in the header at {}", at);
    const std::string_view header = bytes.substr(at, header_bytes);
    const std::optional<size_t> size = number_in(header.substr(size_at, size_bytes));
    if (!header.ends_with("`\n") || !size) return fmt::format("damaged in the header at {}", at);
    at += header_bytes;
    if (*size > bytes.size() - at)
      return fmt::format("cut short: a member of {} bytes, of which {} are there", *size, bytes.size() - at);
    // A name of that many letters stands before the member's bytes.
    if (header.starts_with("#1/")) {
      const std::optional<size_t> name = number_in(header.substr(3, name_bytes - 3));
      if (!name || *name > *size) return fmt::format("damaged in the header before {}", at);
    }
    at += *size + *size % 2;
  }
  return "";
}

}  // namespace mobilith
