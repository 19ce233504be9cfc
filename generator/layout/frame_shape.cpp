#include "layout/frame_shape.h"

#include <algorithm>
#include <stdexcept>

namespace mobilith {

namespace {

int64_t rounded_up(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

}  // namespace

// A triangle that is open at its ends has at most this many pixels: twice its half width, rounded up. Widths
// are those of the largest region: of any other the scale is no larger.
FrameReach FrameShape::reach() const {
  if (resize == Resize::none) return {1, 1, in_width};
  FrameReach reach{2, 2, in_width};
  if (fit == Fit::crop)
    reach.columns =
        static_cast<int>(std::clamp<int64_t>(int64_t{in_height} * out_width / out_height, 1, in_width));
  if (resize == Resize::antialiased) {
    // Frame pixels for an output pixel: a/b.
    const int64_t h = in_height, w = in_width, oh = out_height, ow = out_width;
    const int64_t x = w * oh, y = h * ow, all = oh * ow;
    const int64_t scale_x = fit == Fit::crop ? std::min(x, y) : fit == Fit::letterbox ? std::max(x, y) : x;
    const int64_t scale_y = fit == Fit::crop ? std::min(x, y) : fit == Fit::letterbox ? std::max(x, y) : y;
    reach.taps_x = static_cast<int>(rounded_up(2 * std::max(scale_x, all), all));
    reach.taps_y = static_cast<int>(rounded_up(2 * std::max(scale_y, all), all));
  }
  reach.taps_x = std::min(reach.taps_x, reach.columns), reach.taps_y = std::min(reach.taps_y, in_height);
  return reach;
}

int FrameShape::pixel_bytes() const { return Frame{.format = format}.pixel_bytes(); }

bool FrameShape::samples() const {
  return format == PixelFormat::gray8 || format == PixelFormat::nv12 || format == PixelFormat::yuyv;
}

// Weights are numbers of 16 bits, at most twice the image's width.
bool FrameShape::shuffles() const {
  return resize == Resize::bilinear && !samples() && stored >= 3 && out_width * stored % 4 == 0 &&
         out_width < most_frame_side && in_width * pixel_bytes() >= 8 && reach().taps_x == 2;
}

void to_json(nlohmann::json& object, const FrameShape& s) {
  object = {{"format", to_string(s.format)},
            {"in_height", s.in_height},
            {"in_width", s.in_width},
            {"out_height", s.out_height},
            {"out_width", s.out_width},
            {"channels", s.channels},
            {"stored", s.stored},
            {"resize", to_string(s.resize)},
            {"fit", to_string(s.fit)},
            {"out", name_of(s.out)}};
}

void from_json(const nlohmann::json& object, FrameShape& s) {
  s.format = pixel_format_of(object.at("format"));
  s.in_height = object.at("in_height"), s.in_width = object.at("in_width");
  s.out_height = object.at("out_height"), s.out_width = object.at("out_width");
  s.channels = object.at("channels"), s.stored = object.at("stored");
  s.resize = resize_of(object.at("resize")), s.fit = fit_of(object.at("fit"));
  s.out = ElementType::f32;
  for (const ElementType type : {ElementType::u8, ElementType::i8})
    if (object.at("out") == name_of(type)) s.out = type;
  const bool same = s.in_height == s.out_height && s.in_width == s.out_width;
  const bool sides = std::min({s.in_height, s.in_width, s.out_height, s.out_width}) >= 1 &&
                     std::max({s.in_height, s.in_width, s.out_height, s.out_width}) <= most_frame_side;
  if (object.at("out") != name_of(s.out) || !sides || (s.resize == Resize::none && !same) ||
      (s.channels != 1 && s.channels != 3) || s.stored < s.channels)
    throw std::invalid_argument("no frame's shape: " + object.dump());
}

}  // namespace mobilith
