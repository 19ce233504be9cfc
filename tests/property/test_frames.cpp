// Frames of every format, odd sizes, strides and regions, up and down, against plain loops in double.
#include <algorithm>
#include <cmath>
#include <random>

#include "catch.h"
#include "layout/frame_shape.h"
#include "nightly.h"
#include "plan/frame_step.h"
#include "property/frame_kernel.h"
#include "property/random_case.h"
#include "schedules/kernel_types.h"

namespace test_frames {

using namespace mobilith;
using namespace mobilith::property;
using reference::Region;

namespace {

int drawn(std::mt19937_64& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

template <typename T, size_t n>
T one_of(const T (&all)[n], std::mt19937_64& random) {
  return all[drawn(random, 0, int(n) - 1)];
}

// Rows with gaps between them, the chroma plane at any place behind; nothing behind the last row.
PaddedFrame padded_frame(const Frame& frame, std::mt19937_64& random) {
  PaddedFrame padded;
  padded.row_bytes = frame.row_bytes() + drawn(random, 0, 1) * drawn(random, 0, 70);
  int64_t end = padded.row_bytes * (frame.height - 1) + frame.row_bytes();
  if (frame.chroma_plane()) {
    padded.chroma_offset = end + drawn(random, 0, 99);
    padded.chroma_row_bytes = frame.row_bytes() + drawn(random, 0, 9);
    end = padded.chroma_offset + padded.chroma_row_bytes * (frame.height / 2 - 1) + frame.row_bytes();
  }
  padded.bytes.resize(size_t(end));
  for (uint8_t& byte : padded.bytes) byte = uint8_t(random());
  return padded;
}

Frame random_frame(std::mt19937_64& random, PixelFormat format, const Shape& image, Resize resize) {
  Frame frame{format, drawn(random, 1, 150), drawn(random, 1, 150), resize,
              one_of({Fit::crop, Fit::letterbox, Fit::stretch}, random)};
  if (resize == Resize::none) frame.height = image.height, frame.width = image.width;
  if (format == PixelFormat::nv12 || format == PixelFormat::yuyv) {
    frame.height += frame.height % 2, frame.width += frame.width % 2;
  }
  for (int c = 0; c < image.channels; c++) {
    frame.scale.push_back(float(drawn(random, 1, 300)) / 10000);
    frame.shift.push_back(float(drawn(random, -300, 300)) / 100);
  }
  return frame;
}

Region random_region(std::mt19937_64& random, const Frame& frame) {
  Region region;
  region.width = drawn(random, 1, frame.width), region.height = drawn(random, 1, frame.height);
  region.x = drawn(random, 0, frame.width - region.width);
  region.y = drawn(random, 0, frame.height - region.height);
  return region;
}

// Floats round a hundred-thousandth of a pixel; bytes are halves apart where the sum lies between two.
void check_image(const Frame& frame, const Shape& image, ElementType type, const PaddedFrame& bytes,
                 const Region& region, const std::vector<double>& found) {
  const auto expected = reference::frame_image(frame, image, ElementType::f32, bytes.view(), region).values;
  REQUIRE(found.size() == expected.size());
  double worst = 0;
  for (size_t i = 0; i < found.size(); i++) {
    const double least = type == ElementType::i8 ? -128 : 0;
    const double wanted =
        type == ElementType::f32 ? expected[i] : std::clamp(expected[i], least, least + 255);
    worst = std::max(worst, std::abs(found[i] - wanted));
  }
  CHECK(worst <= (type == ElementType::f32
                      ? 1e-5 * 255 * *std::max_element(frame.scale.begin(), frame.scale.end())
                      : 0.501));
}

void check_runs(const Frame& frame, const Shape& image, ElementType type, const CpuTarget& target,
                std::mt19937_64& random) {
  const FrameKernel kernel(frame, image, type, target);
  for (int run = 0; run < 4; run++) {
    const PaddedFrame bytes = padded_frame(frame, random);
    const Region region = run > 0 && frame.resize != Resize::none ? random_region(random, frame) : Region{};
    INFO("region " << region.x << " " << region.y << " " << region.width << "x" << region.height);
    check_image(frame, image, type, bytes, region, kernel.run(bytes, region, 1 + run % 2));
  }
}

// of: of the pairs of a format and a way to resize one in so many, in turn.
void check_frames(const char* cpu, int count, uint64_t salt, uint64_t of = 1) {
  std::mt19937_64 random(seed() + salt);
  uint64_t turn = salt;
  const CpuTarget target = resolve_cpu(cpu);
  for (const PixelFormat format : pixel_formats)
    for (const Resize resize : {Resize::none, Resize::bilinear, Resize::antialiased}) {
      turn++;
      for (int i = 0; i < (turn % of == 0 ? count : 0); i++) {
        Shape image{drawn(random, 1, 40), drawn(random, 1, 40), 3};
        if (resize == Resize::none && format != PixelFormat::gray8)
          image.width += image.width % 2, image.height += image.height % 2;
        if (format == PixelFormat::gray8 && drawn(random, 0, 1)) image.channels = 1;
        const Frame frame = random_frame(random, format, image, resize);
        const ElementType type =
            one_of({ElementType::f32, ElementType::f32, ElementType::u8, ElementType::i8}, random);
        INFO(cpu << " " << to_string(format) << " " << frame.height << "x" << frame.width << " to "
                 << image.height << "x" << image.width << "x" << image.channels << " " << to_string(resize)
                 << " " << to_string(frame.fit) << " " << name_of(type));
        check_runs(frame, image, type, target, random);
      }
    }
}

// Of the image's numbers in a row a multiple of four, so that bytes are shuffled; few columns, too.
void check_shuffled(const char* cpu, int count, uint64_t salt) {
  std::mt19937_64 random(seed() + salt);
  const CpuTarget target = resolve_cpu(cpu);
  for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8})
    for (int i = 0; i < count; i++) {
      const Shape image{drawn(random, 1, 20), 4 * drawn(random, 1, 20), 3};
      Frame frame = random_frame(random, format, image, Resize::bilinear);
      frame.width = i % 2 ? drawn(random, 3, 9) : frame.width + 2;
      const ElementType type =
          i % 3 == 2 ? one_of({ElementType::u8, ElementType::i8}, random) : ElementType::f32;
      const BlockKernel kernel = frame_kernel(frame, {"image", image, image.channels, type});
      INFO(cpu << " " << kernel.shape.dump());
      const bool can = target.machine.byte_shuffles && kernel.shape.get<FrameShape>().shuffles();
      CHECK(kernel_type("frame").default_schedule(kernel.shape, target.machine)["shuffled"] == can);
      check_runs(frame, image, type, target, random);
    }
}

}  // namespace

TEST_CASE(
    "frames of every format become the image that plain loops make, whatever their strides and regions") {
  check_frames("host", cases(testing::nightly() ? 2 : 1), 0);
}

TEST_CASE("so they do with narrower vectors") {
  const uint64_t of = testing::nightly() ? 1 : 2;
  check_frames("x86-64-v2", 1, 1, of);
  check_frames("x86-64-v3", 1, 2, of);
}

TEST_CASE("shuffled bytes make the same image, at the right edge, of regions and of narrow frames") {
  check_shuffled("host", cases(3), 3);
  check_shuffled("x86-64", 1, 7);
  check_shuffled("x86-64-v2", 1, 4);
  check_shuffled("sandybridge", 1, 5);
  check_shuffled("x86-64-v3", 2, 6);
}

namespace {

std::string refusal(const FrameKernel& kernel, PaddedFrame frame, const Region& region = {}) {
  try {
    kernel.run(frame, region);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a frame of a wrong size or stride and a region outside of it are refused, and nothing is read") {
  std::mt19937_64 random(seed());
  const Shape image{8, 8, 3};
  Frame frame{PixelFormat::nv12, 20, 30, Resize::bilinear, Fit::stretch, {1, 1, 1}, {0, 0, 0}};
  const FrameKernel kernel(frame, image, ElementType::f32, resolve_cpu("host"));
  const PaddedFrame right = padded_frame(frame, random);
  CHECK(refusal(kernel, right).empty());
  const auto contains = [](const std::string& text, const char* part) {
    return text.find(part) != text.npos;
  };
  PaddedFrame wrong = right;
  wrong.bytes.pop_back();
  CHECK(contains(refusal(kernel, wrong), "wrong size"));
  wrong = right, wrong.row_bytes = 29;
  CHECK(contains(refusal(kernel, wrong), "wrong stride"));
  wrong = right, wrong.row_bytes = int64_t{1} << 40;
  CHECK(contains(refusal(kernel, wrong), "wrong stride"));
  wrong = right, wrong.chroma_row_bytes = 29;
  CHECK(contains(refusal(kernel, wrong), "wrong stride"));
  wrong = right, wrong.chroma_offset = right.row_bytes * 19 + 29;
  CHECK(contains(refusal(kernel, wrong), "wrong stride"));
  for (const Region region :
       {Region{-1, 0, 5, 5}, Region{0, -1, 5, 5}, Region{26, 0, 5, 5}, Region{0, 16, 5, 5},
        Region{0, 0, 31, 5}, Region{0, 0, 5, 21}, Region{0, 0, 5, 0}, Region{0, 0, 0, 5}, Region{1, 0, 0, 0},
        Region{2147483647, 0, 2147483647, 5}})
    CHECK(contains(refusal(kernel, right, region), "wrong region"));
  frame = {PixelFormat::rgb8, 8, 8, Resize::none, Fit::crop, {1, 1, 1}, {0, 0, 0}};
  const FrameKernel whole(frame, image, ElementType::f32, resolve_cpu("host"));
  PaddedFrame bytes = padded_frame(frame, random);
  CHECK(refusal(whole, bytes, {0, 0, 8, 8}).empty());
  CHECK(contains(refusal(whole, bytes, {0, 0, 4, 8}), "wrong region"));
  bytes.chroma_row_bytes = 24;
  CHECK(contains(refusal(whole, bytes), "wrong stride"));
}

}  // namespace test_frames
