#include "networks/frame.h"

#include <stdexcept>

namespace mobilith {

const char* to_string(PixelFormat format) {
  switch (format) {
    case PixelFormat::rgb8:
      return "rgb8";
    case PixelFormat::bgr8:
      return "bgr8";
    case PixelFormat::rgba8:
      return "rgba8";
    case PixelFormat::gray8:
      return "gray8";
    case PixelFormat::nv12:
      return "nv12";
    case PixelFormat::yuyv:
      return "yuyv";
  }
  throw std::logic_error("unknown pixel format");
}

const char* to_string(Resize resize) {
  switch (resize) {
    case Resize::none:
      return "none";
    case Resize::bilinear:
      return "bilinear";
    case Resize::antialiased:
      return "antialiased";
  }
  throw std::logic_error("unknown resizing");
}

const char* to_string(Fit fit) {
  switch (fit) {
    case Fit::crop:
      return "crop";
    case Fit::letterbox:
      return "letterbox";
    case Fit::stretch:
      return "stretch";
  }
  throw std::logic_error("unknown fit");
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
