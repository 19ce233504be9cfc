// What a block of a quantised network computes: bytes from bytes, each number exact.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "networks/element_type.h"

namespace mobilith {

// Inside of a library every byte is u8; a file's i8 is q + 128 there, with its zero points as far away.
inline constexpr int signed_offset = 128;

// How a sum becomes a byte (docs/accuracy.md).
enum class Rescale {
  none,
  floating,  // times a float, rounded to the nearest, halves to the even one: XNNPACK
  integer,   // times a whole number of 31 bits, and shifted: LiteRT's reference kernels
  real,      // times a double, halves away from 0: their fully connected layers
  onnx,      // ONNX Runtime's, where it is not `floating`: of all but products
};

enum class QuantisedKind {
  convolution,  // sums of products over all channels; a fully connected layer is one over one pixel
  depthwise,
  sum,            // of two images; a difference is one with a negative factor
  product,        // of two images, number by number
  pool,           // the average or the largest of a window
  mean,           // over all pixels
  softmax,        // over the channels of one pixel
  lookup,         // any function of one byte
  quantise,       // floats to bytes
  dequantise,     // bytes to floats
  concatenation,  // of the channels of several images
};

// What a sum or a product takes beside its image.
enum class Other {
  image,     // another of its shape
  channels,  // one number for each channel, computed
  constant,  // one number for each channel, of the file
};

// Numbers of a kernel's constant; each is one of the type that the kernel reads, exactly.
using Numbers = std::vector<double>;

// A byte means scale * (byte - zero).
struct ByteScale {
  double scale = 0;
  int zero = 0;
};

struct Quantised {
  QuantisedKind kind;
  Rescale rescale = Rescale::none;
  bool is_signed = false;  // the file's bytes are i8; of what reads the image, the image's
  bool maximum = false;    // of a pool
  Other other = Other::image;
  // What it gives is (channel with padding, pixel), as a caller takes it; else blocks of channels.
  bool by_pixel = false;
  bool dense = false;        // of a quantise: it gives (channel, pixel) without padding, as a caller does,
  bool reads_dense = false;  // and a convolution reads that
  bool of_products = false;  // of a dequantise: what it reads are one pixel's products, as a classifier's
  ElementType out = ElementType::u8;
  ByteScale scale{};  // of what it gives, as the file has it
  // Of products: (row, column, in, out), depthwise (row, column, out); without their zero point, so that they
  // are from -255 to 255.
  std::vector<int16_t> weights{};
  // By the name of the kernel's operand. Of channels (one for each output), or as many as the operand has:
  //   bias         of a sum of (byte of the library) * weight: zero points and the file's bias are in it
  //   factors; mantissas, shifts   of each output: Rescale
  //   limits       zero point of the output, its least and its most byte, zero point of the input
  // What further ones a kind has: models/quantised_*.cpp.
  std::map<std::string, Numbers> constants{};
};

}  // namespace mobilith
