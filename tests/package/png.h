// PNG files made by the tests.
#pragma once

#include <cstdint>
#include <string>

namespace mobilith::package {

enum class PngColour : char { grey = 0, rgb = 2, grey_alpha = 4, rgba = 6 };

// pixels: big-endian samples of 8 or 16 bits, row by row; started again from the first where they are too
// few, so that one pixel makes a picture of one colour.
std::string png(uint32_t width, uint32_t height, PngColour, const std::string& pixels, int bits = 8);

// Nothing but the header of one.
std::string png_header(uint32_t width, uint32_t height);

}  // namespace mobilith::package
