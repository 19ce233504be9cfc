#include "cli/pictures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "cli/decoded_picture.h"
#include "cli/options.h"

namespace mobilith {

namespace fs = std::filesystem;

std::vector<fs::path> pictures_in(const std::string& option, const fs::path& folder) {
  return files_in(option, folder, {".png", ".jpg", ".jpeg"});
}

std::vector<fs::path> files_in(const std::string& option, const fs::path& folder,
                               const std::vector<std::string>& ends) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw UsageError(option, fmt::format("expected a folder of {} files, got '{}'", fmt::join(ends, ", "),
                                         folder.string()));
  std::vector<fs::path> pictures;
  fs::directory_iterator entries(folder, error);
  if (error) throw UsageError(option, fmt::format("{}: {}", folder.string(), error.message()));
  for (const fs::directory_entry& entry : entries) {
    std::string end = entry.path().extension();
    for (char& letter : end) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (std::find(ends.begin(), ends.end(), end) == ends.end()) continue;
    // A pipe's reader would wait for a writer, a device's read for ever.
    const fs::file_type type = entry.status(error).type();
    if (type != fs::file_type::regular)
      throw UsageError(option, fmt::format("{}: {}", entry.path().string(),
                                           type == fs::file_type::none        ? error.message()
                                           : type == fs::file_type::not_found ? "is a link to no file"
                                                                              : "is no regular file"));
    pictures.push_back(entry.path());
  }
  if (pictures.empty())
    throw UsageError(option, fmt::format("{}: no {} file here", folder.string(), fmt::join(ends, ", ")));
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

std::vector<double> picture_values(const fs::path& path, const Shape& shape, const PixelRange& range) {
  const std::vector<float> rgb = decoded_picture(path, shape.height, shape.width);
  std::vector<double> values;
  auto put = [&](double value) { values.push_back(range.low + (range.high - range.low) * (value + 1) / 2); };
  for (size_t i = 0; i < rgb.size(); i += 3)
    if (shape.channels == 1)
      put(0.299 * double{rgb[i]} + 0.587 * double{rgb[i + 1]} + 0.114 * double{rgb[i + 2]});
    else
      for (size_t c = 0; c < 3; c++) put(double{rgb[i + c]});
  return values;
}

namespace {

// BT.601, 16 to 235 and 16 to 240.
std::array<double, 3> yuv_of(const double* rgb) {
  const double y = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  return {16 + y * 219 / 255, 128 + (rgb[2] - y) / 1.772 * 224 / 255, 128 + (rgb[0] - y) / 1.402 * 224 / 255};
}

uint8_t byte_of(double value) { return static_cast<uint8_t>(std::clamp(std::round(value), 0.0, 255.0)); }

// The pair's own and the row's first are taken for the colours that pixels share.
void put_yuv(const Frame& frame, const std::vector<double>& rgb, std::vector<uint8_t>& bytes) {
  const auto width = size_t(frame.width), height = size_t(frame.height);
  for (size_t y = 0; y < height; y++)
    for (size_t x = 0; x < width; x++) {
      const std::array<double, 3> yuv = yuv_of(&rgb[(y * width + x) * 3]);
      const bool planes = frame.chroma_plane();
      bytes[planes ? y * width + x : (y * width + x) * 2] = byte_of(yuv[0]);
      if (x % 2 != 0 || (planes && y % 2 != 0)) continue;
      bytes[planes ? (height + y / 2) * width + x : (y * width + x) * 2 + 1] = byte_of(yuv[1]);
      bytes[planes ? (height + y / 2) * width + x + 1 : (y * width + x) * 2 + 3] = byte_of(yuv[2]);
    }
}

}  // namespace

std::vector<uint8_t> picture_frame(const fs::path& path, const Frame& frame) {
  const bool grey = frame.format == PixelFormat::gray8;
  const std::vector<double> values =
      picture_values(path, {frame.height, frame.width, grey ? 1 : 3}, {0, 255});
  std::vector<uint8_t> bytes(size_t(frame.bytes()), 255);
  if (frame.format == PixelFormat::nv12 || frame.format == PixelFormat::yuyv) {
    put_yuv(frame, values, bytes);
    return bytes;
  }
  const auto step = size_t(frame.pixel_bytes()), channels = size_t(grey ? 1 : 3);
  for (size_t i = 0; i < values.size(); i++) {
    const size_t c = i % channels, to = frame.format == PixelFormat::bgr8 ? 2 - c : c;
    bytes[i / channels * step + to] = byte_of(values[i]);
  }
  return bytes;
}

PixelRange pixel_range_option(const std::string& option, const std::string& text) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos)
    throw UsageError(option, fmt::format("expected LOW..HIGH, as 0..1, got '{}'", text));
  const PixelRange range{number(option, text.substr(0, dots)), number(option, text.substr(dots + 2))};
  if (!(range.low < range.high))
    throw UsageError(option, fmt::format("expected a first number below the second, got '{}'", text));
  return range;
}

}  // namespace mobilith
