// A picture file as a network's input.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

struct PictureError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads a JPEG or PNG (alpha: over white) and resizes it to height x width as Keras's `tf.image.resize` does
// (bilinear, pixel centres at one half, no antialiasing). Returns float32 (y, x, RGB), each x / 127.5 - 1.
// Throws PictureError: one line that names the file.
std::vector<float> read_picture(const std::string& path, int height, int width);
