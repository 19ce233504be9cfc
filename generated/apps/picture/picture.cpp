#include "picture.h"

#include <stb_image.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>
#include <string_view>

#include "largest_block.h"

namespace {

constexpr size_t most_bytes = size_t{1} << 29;  // of a file: what follows is no picture

std::vector<unsigned char> read_file(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) throw PictureError(path + ": can't be opened: " + std::strerror(errno));
  std::vector<unsigned char> bytes;
  size_t filled = 0;
  do {
    bytes.resize(filled + (filled < 65536 ? 65536 : filled));
    filled += std::fread(bytes.data() + filled, 1, bytes.size() - filled, file.get());
  } while (filled == bytes.size() && filled <= most_bytes);
  if (std::ferror(file.get())) throw PictureError(path + ": can't be read: " + std::strerror(errno));
  bytes.resize(filled);
  return bytes;
}

constexpr int most_scans = 500;  // encoders make about ten

// Whether the Huffman tables of a segment have at most 256 codes each: stb_image 2.27 writes past its own
// tables where they have more (issue 1289 there).
bool are_tables_sound(const unsigned char* bytes, size_t count) {
  constexpr size_t lengths = 16;
  while (count > lengths) {
    const size_t codes = std::accumulate(bytes + 1, bytes + 1 + lengths, size_t{0});
    if (codes > 256 || count < 1 + lengths + codes) return false;
    bytes += 1 + lengths + codes, count -= 1 + lengths + codes;
  }
  return count == 0;
}

// What is wrong with a JPEG that stb_image would show, or be broken by. Newer versions of it show one that
// was cut short grey from the cut on. A scan of thirty bytes may be over all pixels, so that a small file of
// many takes hours. Segments have a length (a thumbnail is inside one); in scans FF is followed by 0 or a
// restart marker.
const char* jpeg_fault(const unsigned char* bytes, size_t count) {
  size_t at = 0;
  while (at + 1 < count && bytes[at] == 0xff && bytes[at + 1] == 0xff) at++;
  if (at + 1 >= count || bytes[at] != 0xff || bytes[at + 1] != 0xd8) return nullptr;
  int scans = 0;
  for (at += 2; at + 1 < count;) {
    const unsigned char marker = bytes[at + 1];
    const bool restart = marker >= 0xd0 && marker <= 0xd7;
    if (bytes[at] != 0xff || marker == 0xff || marker == 0 || restart) {
      at++;
      continue;
    }
    if (marker == 0xd9) return nullptr;
    if (marker == 0xda && ++scans > most_scans) return "more than 500 scans";
    if (at + 4 > count) break;
    const size_t length = size_t{bytes[at + 2]} * 256 + bytes[at + 3];
    if (marker == 0xc4 &&
        (length < 2 || length > count - at - 2 || !are_tables_sound(bytes + at + 4, length - 2)))
      return "a broken Huffman table";
    at += 2 + length;
  }
  return scans > 0 ? "cut short" : nullptr;
}

// JPEGs round up to blocks of 32 pixels; 16 bytes a pixel are twice the deepest PNG's. The file itself is
// copied, into blocks that double.
size_t explained_block(int height, int width, size_t file_bytes) {
  return 16 * (size_t(height) + 64) * (size_t(width) + 64) + 2 * file_bytes + (1 << 20);
}

struct Picture {
  int height = 0, width = 0;
  std::unique_ptr<unsigned char, void (*)(void*)> rgba{nullptr, stbi_image_free};  // (y, x, channel)

  float over_white(int row, int column, int channel) const {
    const unsigned char* pixel = rgba.get() + 4 * (size_t(row) * size_t(width) + size_t(column));
    return 255.0f - static_cast<float>(255 - pixel[channel]) * (static_cast<float>(pixel[3]) / 255.0f);
  }
};

Picture decode(const unsigned char* bytes, size_t count, size_t most_pixels) {
  auto unreadable = [](const char* why) {
    return PictureError(std::string("not a readable JPEG or PNG (") + why + ")");
  };
  if (count > most_bytes) throw PictureError("larger than any picture (over 512 MB)");
  const int size = static_cast<int>(count);
  Picture picture;
  int channels = 0;
  if (const char* fault = jpeg_fault(bytes, count)) throw unreadable(fault);
  if (!stbi_info_from_memory(bytes, size, &picture.width, &picture.height, &channels))
    throw unreadable(count == 0 ? "empty" : stbi_failure_reason());
  if (size_t(picture.height) * size_t(picture.width) > most_pixels)
    throw PictureError(std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                       " pixels; at most " + std::to_string(most_pixels) + " are read");
  largest_picture_block(explained_block(picture.height, picture.width, count));
  picture.rgba.reset(stbi_load_from_memory(bytes, size, &picture.width, &picture.height, &channels, 4));
  if (!picture.rgba) throw unreadable(stbi_failure_reason());
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

// Each value of the picture in the new size, over white, from 0 to 255: (y, x, RGB).
template <typename Put>
void resample(const Picture& picture, int height, int width, const Put& put) {
  const std::vector<Sample> rows = samples(picture.height, height), columns = samples(picture.width, width);
  for (const Sample& row : rows)
    for (const Sample& column : columns)
      for (int c = 0; c < 3; c++) {
        auto along = [&](int y) {
          const float left = picture.over_white(y, column.low, c);
          return left + (picture.over_white(y, column.high, c) - left) * column.share;
        };
        const float top = along(row.low);
        put(top + (along(row.high) - top) * row.share);
      }
}

}  // namespace

std::vector<float> decode_picture(const unsigned char* bytes, size_t count, int height, int width,
                                  size_t most_pixels) {
  const Picture picture = decode(bytes, count, most_pixels);
  std::vector<float> input;
  input.reserve(size_t(height) * size_t(width) * 3);
  resample(picture, height, width, [&](float value) { input.push_back(value / 127.5f - 1.0f); });
  return input;
}

namespace {

unsigned char rounded(float value) { return static_cast<unsigned char>(value + 0.5f); }

Rgb resized(const Picture& picture, int height, int width) {
  Rgb rgb{height, width, {}};
  rgb.bytes.reserve(size_t(height) * size_t(width) * 3);
  resample(picture, height, width, [&](float value) { rgb.bytes.push_back(rounded(value)); });
  return rgb;
}

template <typename Decoded>
Decoded of_file(const std::string& path,
                Decoded (*decoded)(const std::vector<unsigned char>&, int, int, bool), int height, int width,
                bool resizes) {
  const std::vector<unsigned char> bytes = read_file(path);
  try {
    return decoded(bytes, height, width, resizes);
  } catch (const PictureError& error) {
    throw PictureError(path + ": " + error.what());
  }
}

}  // namespace

Rgb decode_rgb(const unsigned char* bytes, size_t count, int height, int width, bool resizes,
               size_t most_pixels) {
  const Picture picture = decode(bytes, count, most_pixels);
  if (!resizes) return resized(picture, height, width);
  const double scale = std::min({1.0, double(height) / picture.height, double(width) / picture.width});
  const auto side = [scale](int whole, int most) {
    return std::min(std::max(static_cast<int>(std::lround(whole * scale)), 1), most);
  };
  return resized(picture, side(picture.height, height), side(picture.width, width));
}

void put_pixels(const Rgb& rgb, PixelOrder order, unsigned char* frame, size_t row_bytes) {
  const size_t bytes = order == PixelOrder::rgba ? 4 : order == PixelOrder::gray ? 1 : 3;
  for (size_t y = 0; y < size_t(rgb.height); y++)
    for (size_t x = 0; x < size_t(rgb.width); x++) {
      const unsigned char* from = &rgb.bytes[(y * size_t(rgb.width) + x) * 3];
      unsigned char* to = frame + y * row_bytes + x * bytes;
      if (order == PixelOrder::gray) {
        *to = rounded(0.299f * from[0] + 0.587f * from[1] + 0.114f * from[2]);
        continue;
      }
      for (size_t c = 0; c < 3; c++) to[order == PixelOrder::bgr ? 2 - c : c] = from[c];
      if (order == PixelOrder::rgba) to[3] = 255;
    }
}

Rgb read_rgb(const std::string& path, int height, int width, bool resizes) {
  return of_file<Rgb>(
      path,
      [](const std::vector<unsigned char>& bytes, int h, int w, bool own) {
        return decode_rgb(bytes.data(), bytes.size(), h, w, own);
      },
      height, width, resizes);
}

std::vector<float> read_picture(const std::string& path, int height, int width) {
  return of_file<std::vector<float>>(
      path,
      [](const std::vector<unsigned char>& bytes, int h, int w, bool) {
        return decode_picture(bytes.data(), bytes.size(), h, w);
      },
      height, width, false);
}
