// Convolutions of all kinds: plain, grouped, depthwise, in any order of axes.
#include <fmt/format.h>

#include "graph/window.h"

namespace mobilith::file {

namespace {

// A kernel's extents, and how far apart its elements are.
struct Kernel {
  int64_t height, width, inputs, outputs;  // inputs: of one group
  int64_t row_step, column_step, input_step, output_step;
};

Kernel kernel_of(const Operation& operation, const Extents& s, KernelOrder order) {
  if (s.size() != 4) refuse(operation, fmt::format("expected a kernel of four axes, got {}", text_of(s)));
  switch (order) {
    case KernelOrder::ohwi:
      return {s[1], s[2], s[3], s[0], s[2] * s[3], s[3], 1, s[1] * s[2] * s[3]};
    case KernelOrder::oihw:
      return {s[2], s[3], s[1], s[0], s[3], 1, s[2] * s[3], s[1] * s[2] * s[3]};
    case KernelOrder::hwio:
      return {s[0], s[1], s[2], s[3], s[1] * s[2] * s[3], s[2] * s[3], s[3], 1};
    case KernelOrder::depthwise:
      if (s[0] != 1) refuse(operation, fmt::format("expected a kernel 1xHxWxC, got {}", text_of(s)));
      return {s[1], s[2], 1, s[3], s[2] * s[3], s[3], 0, 1};
    case KernelOrder::hwcm:
      return {s[0], s[1], 1, s[2] * s[3], s[1] * s[2] * s[3], s[2] * s[3], 0, 1};
  }
  return {};
}

struct Fitted {
  Image image;
  Kernel kernel;
  int64_t groups;
  Placed placed;
};

Fitted fit(const Call& call) {
  const auto& settings = call.settings<Convolution>();
  const Image image = image_of(call.operation, call.in(0).shape, settings.window.order);
  const Kernel kernel = kernel_of(call.operation, call.in(1).shape, settings.kernel);
  const auto& w = settings.window;
  if ((w.height && w.height != kernel.height) || (w.width && w.width != kernel.width))
    refuse(call.operation, fmt::format("a window of {}x{} but a kernel of {}x{}", w.height, w.width,
                                       kernel.height, kernel.width));
  if (kernel.inputs < 1 || kernel.outputs < 1 || image.channels < 1)
    refuse(call.operation, "a kernel or an image without channels");
  int64_t groups = settings.groups;
  if (groups == 0) groups = image.channels / kernel.inputs;
  if (settings.kernel == KernelOrder::hwcm && call.in(1).shape[2] != image.channels)
    refuse(call.operation, fmt::format("an image of {} channels and a kernel {} for each", image.channels,
                                       text_of(call.in(1).shape)));
  if (groups < 1 || groups * kernel.inputs != image.channels || kernel.outputs % groups)
    refuse(call.operation, fmt::format("an image of {} channels and a kernel {} in {} groups", image.channels,
                                       text_of(call.in(1).shape), groups));
  if (call.has(2) && call.in(2).shape != Extents{kernel.outputs})
    refuse(call.operation,
           fmt::format("a bias of {} for {} channels", text_of(call.in(2).shape), kernel.outputs));
  return {image, kernel, groups, place(call.operation, w, image, kernel.height, kernel.width)};
}

// The kernel as (group, y, x, input, output of the group), so that the innermost loop is over neighbours.
std::vector<double> packed(const std::vector<double>& from, const Kernel& k, int64_t groups) {
  std::vector<double> to;
  to.reserve(from.size());
  const int64_t outputs = k.outputs / groups;
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t y = 0; y < k.height; ++y)
      for (int64_t x = 0; x < k.width; ++x)
        for (int64_t i = 0; i < k.inputs; ++i)
          for (int64_t o = 0; o < outputs; ++o)
            to.push_back(from[y * k.row_step + x * k.column_step + i * k.input_step +
                              (g * outputs + o) * k.output_step]);
  return to;
}

// Adds to `sums` the products of one group's window whose first pixel is (y0, x0).
void add_window(const Fitted& f, const Window& w, const double* image, const double* kernel, int64_t y0,
                int64_t x0, std::vector<double>& sums) {
  const int64_t outputs = int64_t(sums.size());
  for (int64_t y = 0; y < f.kernel.height; ++y) {
    const int64_t row = y0 + y * w.dilation_height;
    if (row < 0 || row >= f.image.height) continue;
    for (int64_t x = 0; x < f.kernel.width; ++x) {
      const int64_t column = x0 + x * w.dilation_width;
      if (column < 0 || column >= f.image.width) continue;
      const double* pixel = image + row * f.image.row_step + column * f.image.column_step;
      const double* factors = kernel + (y * f.kernel.width + x) * f.kernel.inputs * outputs;
      for (int64_t i = 0; i < f.kernel.inputs; ++i, factors += outputs) {
        const double value = pixel[i * f.image.channel_step];
        for (int64_t o = 0; o < outputs; ++o) sums[o] += value * factors[o];
      }
    }
  }
}

}  // namespace

Outcome operations::convolution_outcome(const Call& call) {
  expect_real(call);
  const Fitted f = fit(call);
  return {image_shape(call.settings<Convolution>().window.order, f.image.images, f.placed.vertical.count,
                      f.placed.horizontal.count, f.kernel.outputs),
          ElementType::f32};
}

double operations::convolution_work(const Call& call, const Extents& output) {
  const Fitted f = fit(call);
  return double(elements(output, "work")) * f.kernel.inputs * f.kernel.height * f.kernel.width;
}

void operations::convolution(const Call& call, Value& output) {
  const auto& settings = call.settings<Convolution>();
  const Window& w = settings.window;
  const Fitted f = fit(call);
  const Image to = image_of(call.operation, output.shape, w.order);
  const std::vector<double> kernel = packed(call.in(1).numbers, f.kernel, f.groups);
  const int64_t outputs = f.kernel.outputs / f.groups, of_group = int64_t(kernel.size()) / f.groups;
  std::vector<double> sums(outputs);
  for (int64_t n = 0; n < to.images; ++n)
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t x = 0; x < to.width; ++x)
        for (int64_t g = 0; g < f.groups; ++g) {
          for (int64_t o = 0; o < outputs; ++o)
            sums[o] = call.has(2) ? call.in(2).numbers[g * outputs + o] : 0;
          add_window(
              f, w,
              call.in(0).numbers.data() + n * f.image.image_step + g * f.kernel.inputs * f.image.channel_step,
              kernel.data() + g * of_group, y * w.stride_height - f.placed.vertical.before,
              x * w.stride_width - f.placed.horizontal.before, sums);
          double* pixel = output.numbers.data() + n * to.image_step + y * to.row_step + x * to.column_step;
          for (int64_t o = 0; o < outputs; ++o)
            pixel[(g * outputs + o) * to.channel_step] = clamped(sums[o], settings.fused);
        }
}

}  // namespace mobilith::file
