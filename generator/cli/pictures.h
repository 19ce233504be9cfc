// Pictures in a folder as a network's inputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/image_scaling.h"
#include "networks/network.h"

namespace mobilith {

// The PNG and JPEG files of a folder (by the ends of their names, in any case), sorted. Throws UsageError
// about `option` where it is none, or holds none.
std::vector<std::filesystem::path> pictures_in(const std::string& option, const std::filesystem::path&);
// The same of files with other ends.
std::vector<std::filesystem::path> files_in(const std::string& option, const std::filesystem::path&,
                                            const std::vector<std::string>& ends);

// A picture as generated/apps/classify reads it: resized to the shape's height and width (bilinear), over
// white, but from range.low for black to range.high for white. (y, x, c), RGB, or where the shape has one
// channel its luma (ITU-R BT.601). The shape must have one or three channels. A child process decodes it
// (decoded_picture()). Throws std::runtime_error, which names the file.
std::vector<double> picture_values(const std::filesystem::path&, const Shape&, const PixelRange& range);

// The same as a frame of bytes, of RGB rounded.
std::vector<uint8_t> picture_frame(const std::filesystem::path&, const Frame&);

// "LOW..HIGH", two finite numbers, the first below the second. Throws UsageError.
PixelRange pixel_range_option(const std::string& option, const std::string& text);

}  // namespace mobilith
