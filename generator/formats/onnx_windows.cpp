// Convolutions and pools of ONNX.
#include <fmt/format.h>

#include "formats/onnx_nodes.h"

namespace mobilith::file {

namespace {

// A pair of sizes, (vertical, horizontal), or both `otherwise`.
std::pair<int64_t, int64_t> pair(NodeReading& node, const std::string& name, int64_t otherwise) {
  const auto numbers = node.integers(name);
  if (!numbers) return {otherwise, otherwise};
  if (numbers->size() != 2)
    refuse(node.to,
           fmt::format("attribute '{}' has {} numbers; expected 2, for images", name, numbers->size()));
  return {numbers->at(0), numbers->at(1)};
}

// kernel_shape, strides, pads, auto_pad; dilations where the operation may have them.
Window window(NodeReading& node, bool dilations) {
  Window w{.order = ImageOrder::channels_first};
  std::tie(w.height, w.width) = pair(node, "kernel_shape", 0);
  std::tie(w.stride_height, w.stride_width) = pair(node, "strides", 1);
  if (dilations) std::tie(w.dilation_height, w.dilation_width) = pair(node, "dilations", 1);
  const auto pads = node.integers("pads");
  if (pads && pads->size() != 4)
    refuse(node.to, fmt::format("attribute 'pads' has {} numbers; expected 4, for images", pads->size()));
  if (pads) {
    w.top = pads->at(0), w.left = pads->at(1);
    w.bottom = pads->at(2), w.right = pads->at(3);
  }
  const std::string automatic = node.word("auto_pad", "NOTSET");
  if (automatic != "NOTSET" && (w.top || w.left || w.bottom || w.right))
    refuse(node.to, "both 'pads' and 'auto_pad'");
  // Engines don't agree on it.
  if (automatic.starts_with("SAME") && (w.dilation_height != 1 || w.dilation_width != 1))
    refuse(node.to, "'auto_pad' with 'dilations'");
  if (automatic == "SAME_UPPER")
    w.padding = Padding::same;
  else if (automatic == "SAME_LOWER")
    w.padding = Padding::same_lower;
  else if (automatic != "NOTSET" && automatic != "VALID")
    refuse(node.to, fmt::format("auto_pad {}", quoted(automatic)));
  return w;
}

void pool(NodeReading& node, bool maximum) {
  node.at_most(1);
  Pool settings{.window = window(node, node.opset >= (maximum ? 10 : 19)), .maximum = maximum};
  if (!node.has("kernel_shape")) refuse(node.to, "it has no kernel_shape");
  if (!maximum) settings.count_padding = node.integer("count_include_pad", 0) != 0;
  if (node.opset >= 10) settings.ceiling = node.integer("ceil_mode", 0) != 0;
  if (maximum) node.ignore("storage_order");  // of the second output, which nobody may use
  node.to.attributes = settings;
}

void global_pool(NodeReading& node, Reduction what) {
  node.at_most(1);
  node.to.attributes = Reduce{.what = what, .axes = std::vector<int64_t>{2, 3}, .keep_axes = true, .rank = 4};
}

}  // namespace

void nodes::conv(NodeReading& node) {
  node.to.attributes = Convolution{window(node, true), KernelOrder::oihw, node.integer("group", 1), {}};
  if (std::get<Convolution>(node.to.attributes).groups < 1) refuse(node.to, "a 'group' below 1");
}

void nodes::average_pool(NodeReading& node) { pool(node, false); }
void nodes::max_pool(NodeReading& node) { pool(node, true); }
void nodes::global_average_pool(NodeReading& node) { global_pool(node, Reduction::mean); }
void nodes::global_max_pool(NodeReading& node) { global_pool(node, Reduction::maximum); }

}  // namespace mobilith::file
