#include "graph/file_error.h"

#include <fmt/format.h>

namespace mobilith::file {

std::string quoted(std::string_view name) {
  constexpr size_t longest = 120;
  std::string text = "'";
  for (const char c : name.substr(0, longest)) text += (unsigned char)c < 32 || c == 127 ? '?' : c;
  return text + (name.size() > longest ? "...'" : "'");
}

std::string place_of(const Operation& operation) {
  const std::string type = quoted(operation.type);  // a file's word, as the name is
  return fmt::format("operation {} ({})", operation.name.empty() ? "of no name" : quoted(operation.name),
                     std::string_view(type).substr(1, type.size() - 2));
}

void refuse(const Operation& operation, std::string_view what) {
  throw Error(fmt::format("{}: {}", place_of(operation), what));
}

}  // namespace mobilith::file
