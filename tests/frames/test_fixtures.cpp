// Real pictures against OpenCV, Pillow and Keras: tests/frames/make_fixtures.py.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "catch.h"
#include "cli/npy_file.h"
#include "property/frame_kernel.h"

namespace test_fixtures {

using namespace mobilith;
using namespace mobilith::property;
using reference::Region;

namespace {

const std::filesystem::path folder = MOBILITH_FRAMES_FOLDER;

std::vector<uint8_t> bytes_of(const std::string& name) {
  const Array array = read_npy(folder / (name + ".npy"));
  return {array.values.begin(), array.values.end()};
}

// The picture as rows of four bytes, of which no file is.
std::vector<uint8_t> with_fourth(const std::vector<uint8_t>& rgb) {
  std::vector<uint8_t> rgba;
  for (size_t i = 0; i < rgb.size(); i++) {
    rgba.push_back(rgb[i]);
    if (i % 3 == 2) rgba.push_back(uint8_t(i * 37));
  }
  return rgba;
}

struct Case {
  PixelFormat format;
  const char* answer;  // of rgb8, bgr8 and rgba8 the same one
  Resize resize;
  Fit fit;
  bool of_region;
  double allowed;  // of 255
};

// Before normalising, that is with pixels from 0 to 255. Keras computes floats as we do; the others round.
constexpr double rounding = 1, floats = 0.01;
constexpr Resize bilinear = Resize::bilinear, antialiased = Resize::antialiased;
constexpr Fit stretch = Fit::stretch, crop = Fit::crop, letterbox = Fit::letterbox;

const Case cases[] = {
    {PixelFormat::rgb8, "rgb8.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::bgr8, "rgb8.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::rgba8, "rgb8.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::nv12, "nv12.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::yuyv, "yuyv.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::gray8, "gray8.opencv.bilinear.stretch", bilinear, stretch, false, rounding},
    {PixelFormat::rgb8, "rgb8.opencv.bilinear.stretch.region", bilinear, stretch, true, rounding},
    {PixelFormat::nv12, "nv12.opencv.bilinear.stretch.region", bilinear, stretch, true, rounding},
    {PixelFormat::yuyv, "yuyv.opencv.bilinear.stretch.region", bilinear, stretch, true, rounding},
    {PixelFormat::rgb8, "rgb8.opencv.bilinear.letterbox", bilinear, letterbox, false, rounding},
    {PixelFormat::rgb8, "rgb8.pillow.antialiased.stretch", antialiased, stretch, false, rounding},
    {PixelFormat::bgr8, "rgb8.pillow.antialiased.stretch", antialiased, stretch, false, rounding},
    {PixelFormat::rgba8, "rgb8.pillow.antialiased.stretch", antialiased, stretch, false, rounding},
    {PixelFormat::nv12, "nv12.pillow.antialiased.stretch", antialiased, stretch, false, rounding},
    {PixelFormat::yuyv, "yuyv.pillow.antialiased.stretch", antialiased, stretch, false, rounding},
    {PixelFormat::rgb8, "rgb8.pillow.antialiased.stretch.region", antialiased, stretch, true, rounding},
    {PixelFormat::rgb8, "rgb8.keras.bilinear.stretch", bilinear, stretch, false, floats},
    {PixelFormat::rgb8, "rgb8.keras.bilinear.crop", bilinear, crop, false, floats},
    {PixelFormat::rgb8, "rgb8.keras.antialiased.crop", antialiased, crop, false, floats},
};

}  // namespace

TEST_CASE("real pictures are resized as OpenCV, Pillow and Keras do, to one unit of 255") {
  const Array picture = read_npy(folder / "rgb8.npy");
  const int height = int(picture.shape[0]), width = int(picture.shape[1]);
  const Shape image{40, 56, 3};
  for (const Case& one : cases) {
    INFO(one.answer << " as " << to_string(one.format));
    const Frame frame{one.format, height, width, one.resize, one.fit, {1, 1, 1}, {0, 0, 0}};
    PaddedFrame bytes;
    bytes.bytes =
        one.format == PixelFormat::rgba8 ? with_fourth(bytes_of("rgb8")) : bytes_of(to_string(one.format));
    REQUIRE(int64_t(bytes.bytes.size()) == frame.bytes());
    const Region region = one.of_region ? Region{31, 17, 53, 41} : Region{};
    const FrameKernel kernel(frame, image, ElementType::f32, resolve_cpu("host"));
    const std::vector<double> found = kernel.run(bytes, region);
    const Array expected = read_npy(folder / (std::string(one.answer) + ".npy"));
    REQUIRE(found.size() == expected.values.size());
    double worst = 0;
    for (size_t i = 0; i < found.size(); i++)
      worst = std::max(worst, std::abs(found[i] - expected.values[i]));
    CHECK(worst <= one.allowed);
    const double brightest = *std::max_element(found.begin(), found.end());
    CHECK(brightest > 200);
  }
}

}  // namespace test_fixtures
