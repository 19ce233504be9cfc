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
  // Where FrameShape::reads_pairs(): the frame's rows that a row of the image needs, (i, tap_y, y), with
  // room behind them; weights of eight neighbouring bytes, (i, x); their products, summed down; sums of
  // both pixels, (i, x, y) with i below 4.
  Halide::Func lines, wide, products, fours;
  Halide::Func resized;  // (c, x, y): 0 to 255
  Halide::Func output;   // (c, x, y)
  Operands operands() const { return {input, values, scale, shift}; }
};

FrameImage frame_image(const FrameShape&);

}  // namespace mobilith
