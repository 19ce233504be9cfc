// A network's image from a camera's frame: cut out, resized, converted to RGB or grey, normalised.
#pragma once

#include <Halide.h>

#include "layout/frame_shape.h"
#include "layout/operands.h"

namespace mobilith {

// Along one axis, for each output pixel: the first of the frame's pixels that it is a sum of, and their
// weights. Computed anew in each run, from the region.
struct FrameAxis {
  Halide::Var at{"at"}, tap{"tap"};
  Halide::Func first;    // (at), in the frame
  Halide::Func raw;      // (tap, at): whole numbers, before they are divided by their sum
  Halide::Func weights;  // (tap, at), which sum to 1; all 0 beside the picture
};

// Bilinear of pixels that are their bytes. The image's numbers of a row are taken four by four, which lie in
// two pixels at most: of each, eight bytes of a row of the frame hold both taps. Products across are whole
// numbers, exact.
struct FrameShuffles {
  static constexpr int group = 4, chunk = 8;
  Halide::Var j{"j"}, tap{"tap"}, number{"number"}, of_group{"of_group"}, tap_y{"tap_y"}, y{"y"};
  Halide::RDom k;             // the taps across
  Halide::Func starts;        // (j, of_group): where, in a row, the group's two chunks are
  Halide::Func places;        // (tap, number, of_group): of the number's byte in the two
  Halide::Func weights;       // the same, not divided by their sum
  Halide::Func scale, shift;  // (number, of_group): that sum is taken into the scale
  Halide::Func chunks;        // (j, of_group, tap_y, y): two chunks, one behind the other
  Halide::Func sums;          // (number, of_group, tap_y, y)
};

struct FrameImage {
  // input: (byte), the caller's frame, whose rows' distance is among the values; values: (FrameValue)
  // scale, shift: (c), of the image's stored channels
  Halide::ImageParam input, values, scale, shift;
  Halide::Var c{"c"}, x{"x"}, y{"y"}, tap_x{"tap_x"}, tap_y{"tap_y"}, i{"i"};
  FrameAxis across, down;  // only if the shape resizes
  // Where FrameShape::samples(): the grey byte, or Y, U and V: (i, tap_x, tap_y, x, y) of the image's pixels
  // where there are at most two taps along an axis, else (i, x, y) of the frame's.
  Halide::Func samples;
  Halide::Func pixel;  // (c, tap_x, tap_y, x, y), else (c, x, y) of the frame: whole numbers from 0 to 255
  // Of more taps than two: sums down of the frame's columns that a region may need: (c, x, y), or, where
  // pixels are their bytes, byte by byte (i, y).
  Halide::Func sums, rows;
  Halide::RDom k_y;
  FrameShuffles shuffles;
  Halide::Func resized;  // (c, x, y): 0 to 255
  Halide::Func output;   // (c, x, y), where shuffled (i, group, y)
  Operands operands() const { return {input, values, scale, shift}; }
};

// shuffled: as FrameShuffles, of a shape that can be.
FrameImage frame_image(const FrameShape&, bool shuffled);

}  // namespace mobilith
