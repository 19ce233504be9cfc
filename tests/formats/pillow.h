// Pictures resized as Python's Pillow does.
#pragma once

#include <vector>

namespace mobilith::testing {

struct Picture {
  int height, width;
  std::vector<int> values;  // (y, x, RGB), 0 to 255
};

// Image.resize((width, height), BILINEAR) of Pillow, bit for bit: a triangle as wide as the scale, first
// along rows, then along columns, each rounded to 8 bits. Source: Resample.c of Pillow.
Picture resized(const Picture&, int height, int width);

}  // namespace mobilith::testing
