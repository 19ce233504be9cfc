// Where windows lie on an image.
#pragma once

#include "graph/operations.h"

namespace mobilith::file {

// An image's extents and how far apart its elements are, whatever the order of its axes.
struct Image {
  int64_t images, height, width, channels;
  int64_t image_step, row_step, column_step, channel_step;
};

// Throws Error where the shape has not four axes.
Image image_of(const Operation&, const Extents&, ImageOrder);

// The shape of an image in this order.
Extents image_shape(ImageOrder, int64_t images, int64_t height, int64_t width, int64_t channels);

// A window's places along one axis: `count` of them, the first `before` pixels outside of the image.
struct Places {
  int64_t count, before;
};

struct Placed {
  Places vertical, horizontal;
};

// Throws Error for windows that don't fit, and settings that mean nothing (a stride of 0).
Placed place(const Operation&, const Window&, const Image&, int64_t kernel_height, int64_t kernel_width,
             bool ceiling = false);

}  // namespace mobilith::file
