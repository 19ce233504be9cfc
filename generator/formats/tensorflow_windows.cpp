// Convolutions and pools of TensorFlow.
#include <fmt/format.h>

#include "formats/tensorflow_nodes.h"

namespace mobilith::file {

using tensorflow_nodes::take_fused;
using tensorflow_nodes::take_order;
using tensorflow_nodes::take_type;

namespace {

struct Pair {
  int64_t vertical, horizontal;
};

// Four numbers, one for each axis; those of images and channels must be 1.
Pair pair(TensorflowReading& node, const std::string& name, ImageOrder order, bool needed) {
  const auto numbers =
      node.integers(name, needed ? std::vector<int64_t>{} : std::vector<int64_t>{1, 1, 1, 1});
  if (numbers.size() != 4)
    refuse(node.to, fmt::format("attribute '{}' has {} numbers; expected 4", name, numbers.size()));
  const bool last = order == ImageOrder::channels_last;
  if (numbers[0] != 1 || numbers[last ? 3 : 1] != 1)
    refuse(node.to, fmt::format("attribute '{}' is not 1 along images or channels", name));
  return last ? Pair{numbers[1], numbers[2]} : Pair{numbers[2], numbers[3]};
}

void take_padding(TensorflowReading& node, Window& w, bool explicit_known) {
  const std::string padding = node.word("padding", "");
  const auto pads = explicit_known ? node.integers("explicit_paddings") : std::vector<int64_t>{};
  if (explicit_known && padding == "EXPLICIT") {
    if (pads.size() != 8)
      refuse(node.to, fmt::format("'explicit_paddings' has {} numbers; expected 8", pads.size()));
    const size_t y = w.order == ImageOrder::channels_last ? 2 : 4;
    w.top = pads[y], w.bottom = pads[y + 1], w.left = pads[y + 2], w.right = pads[y + 3];
    for (size_t i = 0; i < 8; ++i)
      if ((i < y || i >= y + 4) && pads[i] != 0) refuse(node.to, "a padding of images or channels");
    return;
  }
  if (!pads.empty()) refuse(node.to, "'explicit_paddings' with another padding");
  if (padding == "SAME")
    w.padding = Padding::same;
  else if (padding != "VALID")
    refuse(node.to, fmt::format("padding {}", quoted(padding)));
}

Window window(TensorflowReading& node, bool explicit_known) {
  Window w{.order = take_order(node)};
  const Pair strides = pair(node, "strides", w.order, true);
  w.stride_height = strides.vertical, w.stride_width = strides.horizontal;
  take_padding(node, w, explicit_known);
  return w;
}

void convolution(TensorflowReading& node, KernelOrder kernel, Clamp fused) {
  take_type(node);
  Window w = window(node, true);
  const Pair dilations = pair(node, "dilations", w.order, false);
  w.dilation_height = dilations.vertical, w.dilation_width = dilations.horizontal;
  node.ignore("use_cudnn_on_gpu");
  node.to.attributes = Convolution{.window = w, .kernel = kernel, .groups = 0, .fused = fused};
}

void pool(TensorflowReading& node, bool maximum) {
  node.expect_inputs(1);
  take_type(node);
  Pool settings{.window = window(node, maximum), .maximum = maximum};
  const Pair size = pair(node, "ksize", settings.window.order, true);
  settings.window.height = size.vertical, settings.window.width = size.horizontal;
  node.to.attributes = settings;
}

}  // namespace

void tensorflow_nodes::conv(TensorflowReading& node) {
  node.expect_inputs(2);
  convolution(node, KernelOrder::hwio, {});
}

void tensorflow_nodes::depthwise(TensorflowReading& node) {
  node.expect_inputs(2);
  convolution(node, KernelOrder::hwcm, {});
}

void tensorflow_nodes::fused_conv(TensorflowReading& node) {
  const std::string kernel = node.word("filter_format", "HWIO");
  if (kernel != "HWIO") refuse(node.to, fmt::format("filter_format {}", quoted(kernel)));
  convolution(node, KernelOrder::hwio, take_fused(node));
}

void tensorflow_nodes::fused_depthwise(TensorflowReading& node) {
  convolution(node, KernelOrder::hwcm, take_fused(node));
}

void tensorflow_nodes::max_pool(TensorflowReading& node) { pool(node, true); }
void tensorflow_nodes::average_pool(TensorflowReading& node) { pool(node, false); }

}  // namespace mobilith::file
