#include "picture.h"

#include <stb_image.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace {

struct Picture {
  int height = 0, width = 0;
  std::vector<float> rgb;  // (y, x, channel), 0 to 255
};

Picture decode(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) throw PictureError(path + ": can't be opened");
  int width = 0, height = 0, channels = 0;
  std::unique_ptr<unsigned char, void (*)(void*)> pixels(
      stbi_load_from_file(file.get(), &width, &height, &channels, 4), stbi_image_free);
  if (!pixels) throw PictureError(path + ": not a readable JPEG or PNG (" + stbi_failure_reason() + ")");
  Picture picture{height, width, std::vector<float>(size_t(height) * size_t(width) * 3)};
  for (size_t i = 0; i < size_t(height) * size_t(width); i++) {
    const unsigned char* rgba = pixels.get() + 4 * i;
    const float alpha = rgba[3] / 255.0f;
    for (int c = 0; c < 3; c++) picture.rgb[3 * i + c] = rgba[c] * alpha + 255.0f * (1 - alpha);
  }
  return picture;
}

// Along one axis: output i is between inputs low[i] and high[i], `share` of the way.
struct Sample {
  int low, high;
  float share;
};

std::vector<Sample> samples(int from, int to) {
  std::vector<Sample> axis(to);
  for (int i = 0; i < to; i++) {
    const float at = (i + 0.5f) * (static_cast<float>(from) / static_cast<float>(to)) - 0.5f;
    const float floor = std::floor(at);
    axis[i] = {std::max(static_cast<int>(floor), 0), std::min(static_cast<int>(floor) + 1, from - 1),
               at - floor};
  }
  return axis;
}

}  // namespace

std::vector<float> read_picture(const std::string& path, int height, int width) {
  const Picture picture = decode(path);
  const std::vector<Sample> rows = samples(picture.height, height), columns = samples(picture.width, width);
  std::vector<float> input(size_t(height) * size_t(width) * 3);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++) {
        auto at = [&](int row, int column) {
          return picture.rgb[(size_t(row) * size_t(picture.width) + size_t(column)) * 3 + c];
        };
        const Sample &r = rows[y], &k = columns[x];
        const float top = at(r.low, k.low) + (at(r.low, k.high) - at(r.low, k.low)) * k.share;
        const float bottom = at(r.high, k.low) + (at(r.high, k.high) - at(r.high, k.low)) * k.share;
        input[(size_t(y) * size_t(width) + size_t(x)) * 3 + c] =
            (top + (bottom - top) * r.share) / 127.5f - 1.0f;
      }
  return input;
}
