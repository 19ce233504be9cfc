#include "models/weighted_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mobilith {

namespace {

constexpr int largest_window = 7, largest_extent = 64;  // of kernels' windows, of a window with its dilation

int at_most(const file::Operation& op, int64_t number, const char* what) {
  constexpr int64_t most = 1 << 24;
  if (number > most) refuse(op, fmt::format("has {} {}, expected at most {}", number, what, most));
  return static_cast<int>(number);
}

// Kernel: (y, x, input of its group, output).
LayerWindow window_of(const file::Operation& op, const file::Extents& kernel, bool depthwise) {
  const file::Window& w = std::get<file::Convolution>(op.attributes).window;
  const int64_t height = kernel[0], width = kernel[1];
  if (std::max(height, width) > largest_window)
    refuse(op, fmt::format("the window is {}x{}, expected at most {}x{}", height, width, largest_window,
                           largest_window));
  // Along one pixel a dilation changes nothing.
  const int64_t down = height > 1 ? w.dilation_height : 1, across = width > 1 ? w.dilation_width : 1;
  const int64_t dilation = std::max(down, across);
  if ((height > 1 && down != dilation) || (width > 1 && across != dilation))
    refuse(op, fmt::format("the dilations are {} and {}, expected equal ones", down, across));
  if (dilation > 1 && !depthwise)
    refuse(op,
           fmt::format("the dilation is {}, expected 1: only kernels of depthwise convolutions have others",
                       dilation));
  if ((std::max(height, width) - 1) * dilation >= largest_extent)
    refuse(op, fmt::format("with its dilation the window is {}x{}, expected at most {}x{}",
                           (height - 1) * dilation + 1, (width - 1) * dilation + 1, largest_extent,
                           largest_extent));
  LayerWindow window{static_cast<int>(height), static_cast<int>(width),
                     at_most(op, w.stride_height, "pixels of stride"), static_cast<int>(dilation)};
  if (w.stride_width != w.stride_height)
    window.other_stride_x = at_most(op, w.stride_width, "pixels of stride");
  for (const auto& [before, after, extent] :
       {std::tuple{w.top, w.bottom, window.rows()}, {w.left, w.right, window.columns()}})
    if (before >= extent || after >= extent)
      refuse(op, fmt::format(
                     "{} zeros before the image and {} after it, expected at most {} for a window of {}x{}",
                     before, after, extent - 1, window.rows(), window.columns()));
  window.pads = {static_cast<int>(w.top), static_cast<int>(w.bottom), static_cast<int>(w.left),
                 static_cast<int>(w.right)};
  return window;
}

// x scale + shift, then zeros around, then the convolution: the same of x, with other numbers around.
void fold(const Scaling& scaling, const file::Operation& op, Layer& layer, LayerTensors& tensors) {
  const auto in = static_cast<size_t>(layer.in.channels), out = static_cast<size_t>(layer.out.channels);
  const Pads& pads = layer.window.pads;
  const bool padded = pads.top || pads.bottom || pads.left || pads.right;
  for (size_t i = 0; i < tensors.kernel.size(); i++) {
    const size_t from = i / out % in, to = i % out;
    tensors.bias[to] += tensors.kernel[i] * scaling.shift[from];
    tensors.kernel[i] *= scaling.scale[from];
  }
  if (!padded) return;
  for (size_t c = 0; c < in; c++) {
    if (scaling.scale[c] == 0 && scaling.shift[c] != 0)
      refuse(op, fmt::format("channel {} of the image is multiplied by zero before it", c));
    layer.outside.push_back(scaling.scale[c] == 0 ? 0.0f
                                                  : static_cast<float>(-scaling.shift[c] / scaling.scale[c]));
    if (!std::isfinite(layer.outside.back()))
      refuse(op, fmt::format("channel {} of the image is scaled by {} before it", c, scaling.scale[c]));
  }
  if (std::all_of(layer.outside.begin(), layer.outside.end(), [](float v) { return v == 0; }))
    layer.outside.clear();
}

// A convolution of copies of an image's channels: the same of the image, with sums of kernels.
void merge_copies(const Scaling& scaling, const file::Operation& op, Layer& layer, LayerTensors& tensors) {
  const auto in = static_cast<size_t>(layer.in.channels), out = static_cast<size_t>(layer.out.channels),
             image = static_cast<size_t>(scaling.image_channels);
  std::vector<double> kernel(tensors.kernel.size() / in * image);
  for (size_t i = 0; i < tensors.kernel.size(); i++) {
    const size_t from = i / out % in, pixel = i / out / in;
    kernel[(pixel * image + size_t(scaling.channels[from])) * out + i % out] += tensors.kernel[i];
  }
  std::vector<std::optional<float>> outside(image);
  for (size_t c = 0; c < layer.outside.size(); c++) {
    std::optional<float>& value = outside[size_t(scaling.channels[c])];
    if (value.value_or(layer.outside[c]) != layer.outside[c])
      refuse(op, "pads copies of one channel of the image, which are scaled differently");
    value = layer.outside[c];
  }
  if (!layer.outside.empty()) layer.outside.assign(image, 0);
  for (size_t c = 0; c < image; c++)
    if (outside[c]) layer.outside[c] = *outside[c];
  layer.in.channels = scaling.image_channels;
  tensors.kernel = std::move(kernel);
}

}  // namespace

bool WeightedLayers::is_depthwise(int index) const {
  const file::Operation& op = graph_.operation(index);
  return op.kind == file::OperationKind::convolution && graph_.shape(op.inputs[1])[2] == 1 &&
         graph_.shape(op.inputs[0])[3] > 1;
}

bool WeightedLayers::is_pointwise(int index) const {
  const file::Operation& op = graph_.operation(index);
  if (op.kind != file::OperationKind::convolution || is_depthwise(index)) return false;
  const file::Extents& kernel = graph_.shape(op.inputs[1]);
  const file::Window& w = std::get<file::Convolution>(op.attributes).window;
  return kernel[0] == 1 && kernel[1] == 1 && w.stride_height == 1 && w.stride_width == 1 && !w.top &&
         !w.bottom && !w.left && !w.right;
}

void WeightedLayers::require_constants(const file::Operation& op) const {
  if (op.inputs.size() < 3 || !graph_.is_constant(op.inputs[1]) || !graph_.is_constant(op.inputs[2]))
    refuse(op, "its kernel or bias is computed, expected constants");
}

std::string WeightedLayers::unique_name(const file::Operation& op) {
  const std::string name = op.name.empty() ? op.type : op.name;
  std::string unique = name;
  for (int i = 2; !names_.insert(unique).second; i++) unique = fmt::format("{}_{}", name, i);
  return unique;
}

Layer WeightedLayers::convolution(int index, const Shape& in, const Scaling& scaling) {
  const file::Operation& op = graph_.operation(index);
  require_constants(op);
  const file::Extents &kernel = graph_.shape(op.inputs[1]), &out = graph_.shape(op.outputs[0]);
  const bool depthwise = is_depthwise(index);
  if (!depthwise && kernel[2] != in.channels)
    refuse(op, fmt::format("has {} groups of {} channels, expected one group or one channel each",
                           in.channels / kernel[2], kernel[2]));
  Layer layer{depthwise ? LayerKind::depthwise : LayerKind::convolution, unique_name(op), ""};
  layer.bias = true;
  layer.in = in;
  layer.out = {at_most(op, out[1], "rows"), at_most(op, out[2], "columns"), at_most(op, out[3], "channels")};
  layer.window = window_of(op, kernel, depthwise);
  if (depthwise) layer.depth_multiplier = layer.out.channels / in.channels;
  LayerTensors tensors{graph_.numbers(op.inputs[1]), graph_.numbers(op.inputs[2]),
                       graph_.graph.tensors[size_t(op.outputs[0])].statistics};
  if (depthwise && !(scaling.scale.empty() && scaling.channels.empty()))
    refuse(op, "reads the scaled image; expected a convolution of all channels");
  if (!scaling.scale.empty()) fold(scaling, op, layer, tensors);
  if (!scaling.channels.empty()) merge_copies(scaling, op, layer, tensors);
  tensors_[layer.name] = std::move(tensors);
  return layer;
}

// The normal form's matrix is (output, input), Keras's (input, output).
Layer WeightedLayers::dense(int index, const Shape& in, bool channels_first) {
  const file::Operation& op = graph_.operation(index);
  require_constants(op);
  const file::Extents& matrix = graph_.shape(op.inputs[1]);
  Layer layer{LayerKind::dense, unique_name(op), ""};
  layer.bias = true;
  layer.in = in;
  layer.out = {1, 1, at_most(op, matrix[0], "outputs")};
  const std::vector<double> stored = graph_.numbers(op.inputs[1]);
  LayerTensors tensors{std::vector<double>(stored.size()), graph_.numbers(op.inputs[2])};
  const auto outputs = static_cast<size_t>(matrix[0]), inputs = static_cast<size_t>(matrix[1]);
  const auto channels = static_cast<size_t>(in.channels), pixels = inputs / channels;
  for (size_t i = 0; i < inputs; i++) {
    const size_t from = channels_first ? i % channels * pixels + i / channels : i;
    for (size_t o = 0; o < outputs; o++) tensors.kernel[i * outputs + o] = stored[o * inputs + from];
  }
  tensors_[layer.name] = std::move(tensors);
  return layer;
}

Layer WeightedLayers::dense_of_convolution(int index, const Shape& in) {
  Layer layer = convolution(index, in);
  layer.kind = LayerKind::dense;
  layer.dense_is_convolution = true;
  return layer;
}

void WeightedLayers::swap_halves(const std::string& layer) {
  std::vector<double>& kernel = tensors_.at(layer).kernel;
  std::rotate(kernel.begin(), kernel.begin() + static_cast<std::ptrdiff_t>(kernel.size() / 2), kernel.end());
}

}  // namespace mobilith
