// Inputs and outputs of a library, as its callers see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "networks/element_type.h"
#include "networks/network.h"

namespace mobilith {

// What every input is called; there is one.
inline constexpr const char* input_name = "input";

// (y, x, c), c fastest; rows follow each other without a gap.
struct Port {
  std::string name;        // input_name, or of an output its block's
  Shape shape;             // of a classifier 1 x 1 x classes
  int channel_stride = 0;  // elements from one pixel to the next: shape.channels where it is dense
  ElementType type = ElementType::f32;
  ByteScale scale{};             // of bytes
  std::optional<Frame> frame{};  // it is a camera's frame: as many bytes as that has
  int64_t pixel_bytes() const { return bytes_of(type) * channel_stride; }
  int64_t row_bytes() const { return pixel_bytes() * shape.width; }
  int64_t bytes() const { return frame ? frame->bytes() : row_bytes() * shape.height; }
};

}  // namespace mobilith
