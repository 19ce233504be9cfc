// A network's image from a camera's frame, in double with plain loops.
#pragma once

#include <cstdint>
#include <vector>

#include "networks/network.h"
#include "reference/reference.h"

namespace mobilith::reference {

// A part of a frame, in pixels; all of it where the width is 0.
struct Region {
  int x = 0, y = 0, width = 0, height = 0;
};

// A frame in memory: 0 means that rows follow each other without a gap, and the chroma plane the last one.
struct FrameBytes {
  const uint8_t* bytes = nullptr;
  int64_t row_bytes = 0, chroma_offset = 0, chroma_row_bytes = 0;
};

// The image's pixels before normalising, from 0 to 255, not rounded: (y, x, c).
Activation resized_frame(const Frame&, const Shape& image, const FrameBytes&, const Region& = {});
// And after. Of an image of bytes whole numbers, as its first kernel reads them.
Activation frame_image(const Frame&, const Shape& image, ElementType, const FrameBytes&, const Region& = {});

// Frame `number` of the formula: Frame::bytes(), dense.
std::vector<uint8_t> formula_frame(const Frame&, uint64_t number = 0);

}  // namespace mobilith::reference
