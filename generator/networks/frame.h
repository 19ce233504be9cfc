// A camera's frame in front of a network: what its bytes are, and how they become the image that the network
// reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "networks/element_type.h"

namespace mobilith {

// rgb8, bgr8, rgba8 (whose fourth byte is not read), gray8: rows of pixels, a byte for each channel. nv12:
// rows of Y, then, for each two rows, one of U and V in turns, a pair for two pixels. yuyv: rows of Y, U,
// Y, V.
enum class PixelFormat { rgb8, bgr8, rgba8, gray8, nv12, yuyv };

// none: the frame has the image's size. bilinear: the two nearest pixels along each axis, whatever the scale,
// with half-pixel centres, as OpenCV's INTER_LINEAR and Keras's resizing. antialiased: a triangle as wide as
// an output pixel, as Pillow and torchvision.
enum class Resize { none, bilinear, antialiased };

// Of a frame, or a region of one, whose sides are not as the image's. crop: the largest centred part of the
// image's shape. letterbox: all of it, black beside. stretch: all of it, each axis with a scale of its own.
enum class Fit { crop, letterbox, stretch };

// The words of options and manifests, in that order.
inline constexpr const char* pixel_format_words[] = {"rgb8", "bgr8", "rgba8", "gray8", "nv12", "yuyv"};
inline constexpr const char* resize_words[] = {"none", "bilinear", "antialiased"};
inline constexpr const char* fit_words[] = {"crop", "letterbox", "stretch"};

inline const char* to_string(PixelFormat format) { return pixel_format_words[static_cast<size_t>(format)]; }
inline const char* to_string(Resize resize) { return resize_words[static_cast<size_t>(resize)]; }
inline const char* to_string(Fit fit) { return fit_words[static_cast<size_t>(fit)]; }

// The value of a word; field: what has it, for the message. Throw std::invalid_argument, one line: "fit:
// 'cover' is none of crop, letterbox, stretch".
PixelFormat pixel_format_of(const std::string& word, const std::string& field = "format");
Resize resize_of(const std::string& word, const std::string& field = "resize");
Fit fit_of(const std::string& word, const std::string& field = "fit");

inline constexpr PixelFormat pixel_formats[] = {PixelFormat::rgb8,  PixelFormat::bgr8, PixelFormat::rgba8,
                                                PixelFormat::gray8, PixelFormat::nv12, PixelFormat::yuyv};

// The largest side of a frame: products of two sides and an image's stay below 2^31.
inline constexpr int most_frame_side = 16384;

// What a library's step is called that makes the image.
inline constexpr const char* frame_block = "frame";

struct Frame {
  PixelFormat format = PixelFormat::rgb8;
  int height = 0, width = 0;  // of nv12 both even, of yuyv the width
  Resize resize = Resize::none;
  Fit fit = Fit::crop;
  // The image's channel c is scale[c] * pixel + shift[c], pixels from 0 to 255; of an image of bytes rounded
  // to the nearest, halves to the even one, and cut off at its ends.
  std::vector<float> scale{}, shift{};
  std::string normalised_by{};  // who says so: for the manifest

  int pixel_bytes() const;  // from one to the next, of nv12's first plane
  int64_t row_bytes() const { return int64_t{pixel_bytes()} * width; }
  int64_t bytes() const;  // of a frame whose rows follow each other
  bool chroma_plane() const { return format == PixelFormat::nv12; }
};

}  // namespace mobilith
