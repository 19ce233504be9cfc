// The shape of the kernel that makes a network's image of a camera's frame (networks/frame.h).
#pragma once

#include <nlohmann/json.hpp>

#include "networks/frame.h"

namespace mobilith {

// What a run says of its frame, as 32-bit numbers in this order (mobilith_abi.h): bytes from one row to the
// next, from the start to the chroma plane, from one row of that to the next; the region.
enum FrameValue { frame_row, frame_chroma, frame_chroma_row, frame_x, frame_y, frame_width, frame_height };
inline constexpr int frame_values = 8;  // one is free

// What a region of any size needs: an output is a sum over so many neighbours along each axis, and lies in so
// many columns of the frame.
struct FrameReach {
  int taps_x = 1, taps_y = 1, columns = 0;
};

struct FrameShape {
  PixelFormat format = PixelFormat::rgb8;
  int in_height = 0, in_width = 0;    // of the frame
  int out_height = 0, out_width = 0;  // of the image
  int channels = 3, stored = 3;       // of the image; those behind the last are zero
  Resize resize = Resize::none;
  Fit fit = Fit::crop;
  ElementType out = ElementType::f32;  // f32, u8, i8

  FrameReach reach() const;
  int pixel_bytes() const;
  bool samples() const;  // pixels are not their bytes in a row: gray8, nv12, yuyv
  // Both taps of two pixels lie in eight bytes each, and rows of the image are groups of four numbers.
  bool shuffles() const;
  int row_groups() const { return out_width * stored / 4; }
};
void to_json(nlohmann::json&, const FrameShape&);
void from_json(const nlohmann::json&, FrameShape&);  // throws std::invalid_argument

}  // namespace mobilith
