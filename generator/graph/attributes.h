// The settings of operations, as files have them: a structure for each set of settings.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <variant>
#include <vector>

#include "graph/element_type.h"

namespace mobilith::file {

// What keeps values within bounds; NaN stays NaN. ReLU is 0 and infinity.
struct Clamp {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool operator==(const Clamp&) const = default;
};

enum class ImageOrder { channels_last, channels_first };  // (n, y, x, c) or (n, c, y, x)

enum class KernelOrder {
  ohwi,       // (output, y, x, input of its group)
  oihw,       // (output, input of its group, y, x)
  hwio,       // (y, x, input of its group, output)
  depthwise,  // (1, y, x, output): as many groups as the image has channels
  hwcm,       // (y, x, channel, output of the channel): the same, as TensorFlow has it
};

enum class Padding {
  given,       // the four numbers
  same,        // as much as makes outputs = inputs / stride, rounded up; the odd one below and right
  same_lower,  // the odd one above and left
};

// How a window walks over an image, in pixels.
struct Window {
  ImageOrder order = ImageOrder::channels_last;
  int64_t height = 0, width = 0;  // 0, of a convolution: the kernel's
  int64_t stride_height = 1, stride_width = 1;
  int64_t dilation_height = 1, dilation_width = 1;
  Padding padding = Padding::given;
  int64_t top = 0, left = 0, bottom = 0, right = 0;
};

struct Convolution {
  Window window;
  KernelOrder kernel = KernelOrder::ohwi;
  int64_t groups = 0;  // 0: what image and kernel say
  Clamp fused{};
  int64_t said_multiplier = 0;  // TFLite's depthwise: what the file says again; 0: nothing
};

struct Pool {
  Window window;
  bool maximum = false;
  bool count_padding = false;  // an average counts pixels outside of the image as zeros
  bool ceiling = false;        // a last window that begins inside and ends outside is taken
  Clamp fused{};
};

// Two or more tensors, broadcast as NumPy does.
struct Elementwise {
  Clamp fused{};
};

// A product of the last axis with a matrix (output, input).
struct FullyConnected {
  bool keep_axes = false;  // else the input is (rows, input), however it is stored
  Clamp fused{};
};

struct Gemm {
  double alpha = 1, beta = 1;
  bool transpose_a = false, transpose_b = false;
};

struct BatchNorm {
  double epsilon = 0;
  int64_t axis = 1;  // of the channels
};

struct HardSigmoid {
  double alpha = 0, beta = 0;  // min(max(alpha x + beta, 0), 1)
};

struct Softmax {  // and its logarithm, with a beta of 1
  int64_t axis = -1;
  double beta = 1;
  bool flatten = false;  // over all axes from `axis` on together
};

struct Normalise {  // by the root of the sum of squares along the axis
  int64_t axis = -1;
  double least = 0;  // the norm is at least this
};

enum class Reduction { mean, maximum };

struct Reduce {
  Reduction what = Reduction::mean;
  std::optional<std::vector<int64_t>> axes{};  // nothing: the second input, or all where there is none
  bool keep_axes = false;
  bool none_if_empty = false;  // no axes given: nothing is reduced, instead of all
  int rank = 0;                // the input must have as many axes; 0: any
};

struct Axes {                                  // squeeze, unsqueeze
  std::optional<std::vector<int64_t>> axes{};  // nothing: the second input; without it all of extent 1
};

struct Reshape {
  std::optional<std::vector<int64_t>> shape{};  // nothing: the second input
  bool zero_copies = false;                     // 0 stands for the input's extent at its place
};

struct Axis {  // flatten, concatenate, gather, pack
  int64_t axis = 0;
  Clamp fused{};
};

struct Transpose {
  std::optional<std::vector<int64_t>> axes{};  // nothing: the second input; without it reversed
};

struct Pad {
  std::optional<std::vector<int64_t>> pads{};  // all before, then all after; nothing: the second input
  bool interleaved = false;                    // the second input is (axis, before and after)
  double value = 0;                            // where there is no third input
};

struct Quantise {  // whole = round(x / scale) + zero point, or back: inputs scale and zero point
  int64_t axis = 1;
};

struct Cast {
  ElementType to = ElementType::unsaid;
};

struct ShapeOf {
  int64_t begin = 0;
  std::optional<int64_t> end{};
  ElementType type = ElementType::i64;
};

// Inputs begin, end, strides; bits of the masks say of an axis that its begin or end is not meant, or that it
// is dropped.
struct StridedSlice {
  uint32_t begin_mask = 0, end_mask = 0, shrink_mask = 0;
};

using Attributes = std::variant<std::monostate, Clamp, Convolution, Pool, Elementwise, FullyConnected, Gemm,
                                BatchNorm, HardSigmoid, Softmax, Normalise, Reduce, Axes, Reshape, Axis,
                                Transpose, Pad, Quantise, Cast, ShapeOf, StridedSlice>;

}  // namespace mobilith::file
