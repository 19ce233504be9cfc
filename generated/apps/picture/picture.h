// A picture as a network's input.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

struct PictureError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Decodes a JPEG or PNG (alpha: over white) of at most most_pixels (the default, 134 million, are half a
// gigabyte once decoded) and resizes it to height x width as Keras's `tf.image.resize` does (bilinear, pixel
// centres at one half, no antialiasing). Returns float32 (y, x, RGB), each x / 127.5 - 1. Throws
// PictureError: one line. Thread-safe.
std::vector<float> decode_picture(const unsigned char* bytes, size_t count, int height, int width,
                                  size_t most_pixels = size_t{1} << 27);

// A picture's own pixels.
struct Rgb {
  int height = 0, width = 0;
  std::vector<unsigned char> bytes{};  // (y, x, RGB), over white
};

// For a library that takes frames of height x width. resizes: it cuts out and resizes itself, and so a
// picture comes as it is, but for one that is larger, which is made to fit, in its shape. If not, any
// becomes height x width. The rest as decode_picture.
Rgb decode_rgb(const unsigned char* bytes, size_t count, int height, int width, bool resizes,
               size_t most_pixels = size_t{1} << 27);

// Its rows as bytes of a frame: orders of pixels that MOBILITH_RGB8, _BGR8, _RGBA8 and _GRAY8 name, in that
// order.
enum class PixelOrder { rgb = 1, bgr, rgba, gray };
void put_pixels(const Rgb&, PixelOrder, unsigned char* frame, size_t row_bytes);

// The same of files, which the PictureError names.
Rgb read_rgb(const std::string& path, int height, int width, bool resizes);
std::vector<float> read_picture(const std::string& path, int height, int width);
