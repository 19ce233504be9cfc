// Pools: the average or the largest of a window.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "graph/window.h"

namespace mobilith::file {

namespace {

Placed fit(const Call& call, const Image& image) {
  const auto& [w, maximum, count_padding, ceiling, fused] = call.settings<Pool>();
  if (w.height < 1 || w.width < 1)
    refuse(call.operation, fmt::format("a window of {}x{}", w.height, w.width));
  // Else a window could lie in the padding alone, and its average be 0 / 0.
  if (std::max(w.top, w.bottom) > (w.height - 1) * w.dilation_height ||
      std::max(w.left, w.right) > (w.width - 1) * w.dilation_width)
    refuse(call.operation, "a padding as large as the window");
  if (count_padding && (ceiling || w.padding != Padding::given))
    refuse(call.operation, "padding that is counted, with ceil_mode or without numbers");
  return place(call.operation, w, image, w.height, w.width, ceiling);
}

// One window's value; y0, x0: its first pixel, maybe outside of the image.
double value_of_window(const Pool& settings, const Image& image, const double* channel, int64_t y0,
                       int64_t x0) {
  const Window& w = settings.window;
  double sum = 0, largest = -std::numeric_limits<double>::infinity();
  int64_t count = 0;
  for (int64_t i = 0; i < w.height; ++i)
    for (int64_t j = 0; j < w.width; ++j) {
      const int64_t y = y0 + i * w.dilation_height, x = x0 + j * w.dilation_width;
      if (y < 0 || y >= image.height || x < 0 || x >= image.width) continue;
      const double value = channel[y * image.row_step + x * image.column_step];
      sum += value;
      largest = std::max(largest, value);
      ++count;
    }
  if (settings.maximum) return largest;
  return sum / double(settings.count_padding ? w.height * w.width : count);
}

}  // namespace

Outcome operations::pool_outcome(const Call& call) {
  expect_real(call);
  const auto order = call.settings<Pool>().window.order;
  const Image image = image_of(call.operation, call.in(0).shape, order);
  const Placed placed = fit(call, image);
  return {image_shape(order, image.images, placed.vertical.count, placed.horizontal.count, image.channels),
          ElementType::f32};
}

double operations::pool_work(const Call& call, const Extents& output) {
  const Window& w = call.settings<Pool>().window;
  return double(elements(output, "work")) * w.height * w.width;
}

void operations::pool(const Call& call, Value& output) {
  const auto& settings = call.settings<Pool>();
  const Window& w = settings.window;
  const Image from = image_of(call.operation, call.in(0).shape, w.order);
  const Image to = image_of(call.operation, output.shape, w.order);
  const Placed placed = fit(call, from);
  for (int64_t n = 0; n < to.images; ++n)
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t x = 0; x < to.width; ++x)
        for (int64_t c = 0; c < to.channels; ++c)
          output.numbers[n * to.image_step + y * to.row_step + x * to.column_step + c * to.channel_step] =
              clamped(value_of_window(settings, from,
                                      call.in(0).numbers.data() + n * from.image_step + c * from.channel_step,
                                      y * w.stride_height - placed.vertical.before,
                                      x * w.stride_width - placed.horizontal.before),
                      settings.fused);
}

}  // namespace mobilith::file
