#include "graph/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace mobilith::file {

Image image_of(const Operation& operation, const Extents& shape, ImageOrder order) {
  if (shape.size() != 4)
    refuse(operation, fmt::format("expected an image of four axes, got {}", text_of(shape)));
  if (order == ImageOrder::channels_last)
    return {shape[0], shape[1], shape[2], shape[3], shape[1] * shape[2] * shape[3], shape[2] * shape[3],
            shape[3], 1};
  return {shape[0], shape[2], shape[3],           shape[1], shape[1] * shape[2] * shape[3],
          shape[3], 1,        shape[2] * shape[3]};
}

Extents image_shape(ImageOrder order, int64_t images, int64_t height, int64_t width, int64_t channels) {
  if (order == ImageOrder::channels_last) return {images, height, width, channels};
  return {images, channels, height, width};
}

namespace {

struct Line {  // one axis of a window
  int64_t extent, kernel, stride, dilation, before, after;
};

Places place_line(const Operation& operation, const Line& line, Padding padding, bool ceiling) {
  constexpr int64_t most = 1 << 24;
  for (const int64_t n : {line.extent, line.kernel, line.stride, line.dilation})
    if (n < 1 || n > most)
      refuse(operation, fmt::format("an image's extent, window, stride or dilation of {}", n));
  for (const int64_t n : {line.before, line.after})
    if (n < 0 || n > most) refuse(operation, fmt::format("a padding of {}", n));
  if (line.kernel * line.dilation > most) refuse(operation, "a window that is too large");
  const int64_t reach = (line.kernel - 1) * line.dilation + 1;
  if (padding != Padding::given) {
    const int64_t count = (line.extent + line.stride - 1) / line.stride;
    const int64_t total = std::max<int64_t>((count - 1) * line.stride + reach - line.extent, 0);
    return {count, padding == Padding::same ? total / 2 : total - total / 2};
  }
  const int64_t room = line.extent + line.before + line.after - reach;
  if (room < 0)
    refuse(operation, fmt::format("a window that reaches over {} pixels of {}", reach, room + reach));
  int64_t count = room / line.stride + 1;
  // A window that begins in the padding behind the image is no window.
  if (ceiling && room % line.stride && count * line.stride < line.extent + line.before) ++count;
  return {count, line.before};
}

}  // namespace

Placed place(const Operation& operation, const Window& w, const Image& image, int64_t kernel_height,
             int64_t kernel_width, bool ceiling) {
  return {
      place_line(operation,
                 {image.height, kernel_height, w.stride_height, w.dilation_height, w.top, w.bottom},
                 w.padding, ceiling),
      place_line(operation, {image.width, kernel_width, w.stride_width, w.dilation_width, w.left, w.right},
                 w.padding, ceiling)};
}

}  // namespace mobilith::file
