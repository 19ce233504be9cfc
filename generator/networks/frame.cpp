#include "networks/frame.h"

#include <span>
#include <stdexcept>

namespace mobilith {

namespace {

size_t index_of(std::span<const char* const> words, const std::string& word, const std::string& field) {
  std::string all;
  for (size_t i = 0; i < words.size(); i++) {
    if (word == words[i]) return i;
    all += (i ? ", " : "") + std::string(words[i]);
  }
  throw std::invalid_argument(field + ": '" + word + "' is none of " + all);
}

}  // namespace

PixelFormat pixel_format_of(const std::string& word, const std::string& field) {
  return static_cast<PixelFormat>(index_of(pixel_format_words, word, field));
}

Resize resize_of(const std::string& word, const std::string& field) {
  return static_cast<Resize>(index_of(resize_words, word, field));
}

Fit fit_of(const std::string& word, const std::string& field) {
  return static_cast<Fit>(index_of(fit_words, word, field));
}

int Frame::pixel_bytes() const {
  switch (format) {
    case PixelFormat::rgb8:
    case PixelFormat::bgr8:
      return 3;
    case PixelFormat::rgba8:
      return 4;
    case PixelFormat::gray8:
    case PixelFormat::nv12:
      return 1;
    case PixelFormat::yuyv:
      return 2;
  }
  throw std::logic_error("unknown pixel format");
}

int64_t Frame::bytes() const {
  const int64_t first = row_bytes() * height;
  return chroma_plane() ? first + first / 2 : first;
}

}  // namespace mobilith
