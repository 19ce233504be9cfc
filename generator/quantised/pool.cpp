// Averages and largest numbers of windows: of the numbers as they are stored, because input and result have
// one scale.
#include <algorithm>

#include "graph/window.h"
#include "quantised/factors.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

namespace {

// The nearest whole number, halves away from 0.
int64_t average(int64_t sum, int64_t count) { return (sum > 0 ? sum + count / 2 : sum - count / 2) / count; }

struct Sum {
  int64_t total = 0, largest = -128, count = 0;
};

// y0, x0: the window's first pixel, maybe outside of the image, where nothing counts.
Sum sum_of_window(const file::Window& w, const file::Image& image, const double* channel, int64_t y0,
                  int64_t x0) {
  Sum sum;
  for (int64_t y = std::max<int64_t>(y0, 0); y < std::min(y0 + w.height, image.height); ++y)
    for (int64_t x = std::max<int64_t>(x0, 0); x < std::min(x0 + w.width, image.width); ++x) {
      const auto value = int64_t(channel[y * image.row_step + x * image.column_step]);
      sum.total += value;
      sum.largest = std::max(sum.largest, value);
      ++sum.count;
    }
  return sum;
}

// Which largest numbers XNNPACK computes. (CheckPoolingParams() in xnnpack_delegate.cc)
bool delegated(const Step& step) {
  const auto& [w, maximum, count_padding, ceiling, fused] = step.settings<file::Pool>();
  const bool skips = w.stride_height > w.height || w.stride_width > w.width;
  return step.mode == Requantise::floating && maximum && !skips;
}

}  // namespace

Bounds pool_bounds(const Step& step) {
  const file::Clamp& fused = step.settings<file::Pool>().fused;
  return delegated(step) ? nearest_bounds_of(step.result, fused) : bounds_of(step.result, fused);
}

void operations::check_pool(const Step& step) {
  expect_bytes(step, 0, 0);
  if (step.mode == Requantise::onnx && !step.settings<file::Pool>().maximum)
    file::refuse(step.operation, "ONNX Runtime's average of bytes is not known here");
  expect_same_scale(step, 0);
}

// Averages are LiteRT's own in both answers, because XNNPACK takes floats alone. (the two
// pooling.h of the reference kernels)
void operations::pool(const Step& step, file::Value& output) {
  const auto& settings = step.settings<file::Pool>();
  const file::Window& w = settings.window;
  const file::Image from = file::image_of(step.operation, step.values[0]->shape, w.order);
  const file::Image to = file::image_of(step.operation, output.shape, w.order);
  const file::Placed placed = file::place(step.operation, w, from, w.height, w.width);
  const Bounds bounds = pool_bounds(step);
  for (int64_t n = 0; n < to.images; ++n)
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t x = 0; x < to.width; ++x)
        for (int64_t c = 0; c < to.channels; ++c) {
          const Sum sum = sum_of_window(
              w, from, step.values[0]->numbers.data() + n * from.image_step + c * from.channel_step,
              y * w.stride_height - placed.vertical.before, x * w.stride_width - placed.horizontal.before);
          const int64_t value = settings.maximum ? sum.largest : average(sum.total, sum.count);
          output.numbers[n * to.image_step + y * to.row_step + x * to.column_step + c * to.channel_step] =
              double(std::clamp<int64_t>(value, bounds.least, bounds.most));
        }
}

}  // namespace mobilith::quantised
