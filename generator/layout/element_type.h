// The type of a tensor's elements.
#pragma once

#include <cstdint>

namespace mobilith {

enum class ElementType { f32 };

constexpr int64_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::f32: return 4;
  }
  return 0;
}

}  // namespace mobilith
