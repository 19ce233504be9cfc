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

// The same of a file, which the PictureError names.
std::vector<float> read_picture(const std::string& path, int height, int width);
