#include "package/png.h"

#include <algorithm>

namespace mobilith::package {

namespace {

uint32_t crc(const std::string& bytes) {
  uint32_t value = ~0u;
  for (unsigned char byte : bytes) {
    value ^= byte;
    for (int i = 0; i < 8; i++) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
  }
  return ~value;
}

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

std::string chunk(const std::string& kind, const std::string& body) {
  return big_endian(static_cast<uint32_t>(body.size())) + kind + body + big_endian(crc(kind + body));
}

std::string start(uint32_t width, uint32_t height, PngColour colour, int bits) {
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", big_endian(width) + big_endian(height) +
                           std::string{static_cast<char>(bits), static_cast<char>(colour), 0, 0, 0});
}

size_t channels(PngColour colour) {
  switch (colour) {
    case PngColour::grey:
      return 1;
    case PngColour::grey_alpha:
      return 2;
    case PngColour::rgb:
      return 3;
    case PngColour::rgba:
      break;
  }
  return 4;
}

// zlib's format with stored blocks: nothing is compressed.
std::string stored(const std::string& raw) {
  std::string bytes("\x78\x01", 2);
  uint32_t a = 1, b = 0;
  for (unsigned char byte : raw) a = (a + byte) % 65521, b = (b + a) % 65521;
  for (size_t at = 0; at < raw.size(); at += 65535) {
    const size_t length = std::min<size_t>(65535, raw.size() - at);
    bytes += at + length == raw.size() ? '\1' : '\0';
    bytes += {static_cast<char>(length), static_cast<char>(length >> 8), static_cast<char>(~length),
              static_cast<char>(~length >> 8)};
    bytes += raw.substr(at, length);
  }
  return bytes + big_endian(b << 16 | a);
}

}  // namespace

std::string png(uint32_t width, uint32_t height, PngColour colour, const std::string& pixels, int bits) {
  const size_t row_bytes = width * channels(colour) * static_cast<size_t>(bits) / 8;
  std::string raw;
  size_t next = 0;
  for (uint32_t y = 0; y < height; y++) {
    raw += '\0';  // no filter
    for (size_t i = 0; i < row_bytes; i++) raw += pixels[next++ % pixels.size()];
  }
  return start(width, height, colour, bits) + chunk("IDAT", stored(raw)) + chunk("IEND", "");
}

std::string png_header(uint32_t width, uint32_t height) { return start(width, height, PngColour::rgb, 8); }

}  // namespace mobilith::package
