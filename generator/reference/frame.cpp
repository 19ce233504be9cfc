#include "reference/frame.h"

#include <algorithm>
#include <cmath>

#include "weights/synthetic.h"

namespace mobilith::reference {

namespace {

// BT.601 of limited range, in the whole numbers that OpenCV computes it in (2^20 is 1): modules/imgproc,
// color_yuv.simd.hpp.
double rgb_of(int channel, int luma, int u, int v) {
  const int64_t y = int64_t{std::max(luma - 16, 0)} * 1220542, half = int64_t{1} << 19;
  u -= 128, v -= 128;
  const int64_t sums[] = {y + 1673527 * int64_t{v}, y - 852492 * int64_t{v} - 409993 * int64_t{u},
                          y + 2116026 * int64_t{u}};
  return static_cast<double>(std::clamp<int64_t>((sums[channel] + half) >> 20, 0, 255));
}

class FramePixels {
 public:
  FramePixels(const Frame& frame, const FrameBytes& bytes) : frame_(frame), bytes_(bytes) {
    if (bytes_.row_bytes == 0) bytes_.row_bytes = frame.row_bytes();
    if (bytes_.chroma_row_bytes == 0) bytes_.chroma_row_bytes = bytes_.row_bytes;
    if (bytes_.chroma_offset == 0) bytes_.chroma_offset = bytes_.row_bytes * frame.height;
  }

  double at(int y, int x, int channel) const {
    const uint8_t* row = bytes_.bytes + y * bytes_.row_bytes;
    switch (frame_.format) {
      case PixelFormat::rgb8:
        return row[3 * x + channel];
      case PixelFormat::bgr8:
        return row[3 * x + 2 - channel];
      case PixelFormat::rgba8:
        return row[4 * x + channel];
      case PixelFormat::gray8:
        return row[x];
      case PixelFormat::nv12: {
        const uint8_t* pair =
            bytes_.bytes + bytes_.chroma_offset + y / 2 * bytes_.chroma_row_bytes + x / 2 * 2;
        return rgb_of(channel, row[x], pair[0], pair[1]);
      }
      case PixelFormat::yuyv: {
        const uint8_t* two = row + x / 2 * 4;
        return rgb_of(channel, two[x % 2 * 2], two[1], two[3]);
      }
    }
    return NAN;
  }

 private:
  const Frame& frame_;
  FrameBytes bytes_;
};

// One axis: `length` pixels of the frame from `from` on become `count` of the image from `to` on.
struct Span {
  int from, length, to, count;
};

struct Spans {
  Span x, y;
};

int64_t divided_up(int64_t value, int64_t by) { return (value + by - 1) / by; }

Spans spans(const Frame& frame, const Shape& image, Region r) {
  if (r.width == 0) r = {0, 0, frame.width, frame.height};
  const int64_t w = r.width, h = r.height, nw = image.width, nh = image.height;
  Spans s{{r.x, r.width, 0, image.width}, {r.y, r.height, 0, image.height}};
  if (frame.fit == Fit::crop) {
    s.x.length = static_cast<int>(std::max<int64_t>(1, std::min(w, h * nw / nh)));
    s.y.length = static_cast<int>(std::max<int64_t>(1, std::min(h, w * nh / nw)));
    s.x.from += (r.width - s.x.length) / 2, s.y.from += (r.height - s.y.length) / 2;
  } else if (frame.fit == Fit::letterbox) {
    s.x.count = static_cast<int>(std::min(nw, divided_up(w * nh, h)));
    s.y.count = static_cast<int>(std::min(nh, divided_up(h * nw, w)));
    s.x.to = (image.width - s.x.count) / 2, s.y.to = (image.height - s.y.count) / 2;
  }
  return s;
}

struct Weighted {
  int pixel;
  double weight;
};

// The pixels of the frame that image pixel `at` is a sum of.
std::vector<Weighted> weighted(const Span& span, int at, Resize resize) {
  std::vector<Weighted> result;
  const int i = at - span.to;
  if (i < 0 || i >= span.count) return result;
  const double scale = double(span.length) / span.count, centre = (i + 0.5) * scale;
  if (resize != Resize::antialiased) {
    const double left = std::floor(centre - 0.5), share = centre - 0.5 - left;
    for (const int side : {0, 1}) {
      const int pixel = std::clamp(static_cast<int>(left) + side, 0, span.length - 1);
      result.push_back({span.from + pixel, side ? share : 1 - share});
    }
    return result;
  }
  const double half = std::max(scale, 1.0);
  double sum = 0;
  for (int pixel = 0; pixel < span.length; pixel++) {
    const double weight = 1 - std::abs(pixel + 0.5 - centre) / half;
    if (weight <= 0) continue;
    result.push_back({span.from + pixel, weight});
    sum += weight;
  }
  for (Weighted& w : result) w.weight /= sum;
  return result;
}

}  // namespace

Activation resized_frame(const Frame& frame, const Shape& image, const FrameBytes& bytes, const Region& r) {
  const FramePixels pixels(frame, bytes);
  const Spans s = spans(frame, image, r);
  std::vector<std::vector<Weighted>> across;
  for (int x = 0; x < image.width; x++) across.push_back(weighted(s.x, x, frame.resize));
  Activation result{image, {}};
  for (int y = 0; y < image.height; y++) {
    const std::vector<Weighted> down = weighted(s.y, y, frame.resize);
    for (int x = 0; x < image.width; x++)
      for (int c = 0; c < image.channels; c++) {
        double sum = 0;
        for (const Weighted& v : down)
          for (const Weighted& h : across[size_t(x)])
            sum += v.weight * h.weight * pixels.at(v.pixel, h.pixel, c);
        result.values.push_back(sum);
      }
  }
  return result;
}

Activation frame_image(const Frame& frame, const Shape& image, ElementType type, const FrameBytes& bytes,
                       const Region& region) {
  Activation result = resized_frame(frame, image, bytes, region);
  const double least = type == ElementType::i8 ? -128 : 0;
  for (size_t i = 0; i < result.values.size(); i++) {
    double& value = result.values[i];
    const size_t channel = i % size_t(image.channels);
    value = value * frame.scale[channel] + frame.shift[channel];
    if (type != ElementType::f32) value = std::clamp(std::nearbyint(value), least, least + 255);
  }
  return result;
}

std::vector<uint8_t> formula_frame(const Frame& frame, uint64_t number) {
  std::vector<uint8_t> bytes(static_cast<size_t>(frame.bytes()));
  for (size_t i = 0; i < bytes.size(); i++)
    bytes[i] = static_cast<uint8_t>(256 * synthetic_uniform("frame", i + number * bytes.size()));
  return bytes;
}

}  // namespace mobilith::reference
