// The type of a tensor's elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mobilith {

enum class ElementType { f32, u8, i8, bf16, f16 };

// In that order.
struct ElementTypeRow {
  std::string_view name;  // in manifests
  int64_t bytes;
};
inline constexpr ElementTypeRow element_types[] = {{"f32", 4}, {"u8", 1}, {"i8", 1}, {"bf16", 2}, {"f16", 2}};

constexpr const ElementTypeRow& row_of(ElementType type) { return element_types[static_cast<size_t>(type)]; }
constexpr std::string_view name_of(ElementType type) { return row_of(type).name; }
constexpr int64_t bytes_of(ElementType type) { return row_of(type).bytes; }

}  // namespace mobilith
