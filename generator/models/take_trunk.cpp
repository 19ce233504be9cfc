#include <fmt/format.h>

#include <algorithm>

#include "models/block_taker.h"
#include "models/model_error.h"

namespace mobilith {

// A convolution with the activation behind it; `last` becomes the last operation that is taken.
Layer BlockTaker::take_layer(int index, const Place& from, int& last) {
  Layer layer = layers_.convolution(index, from.shape, from.scaling);
  taken_[size_t(index)] = true;
  last = index;
  layer.activation = take_activation(last);
  return layer;
}

void BlockTaker::convolution(int index) {
  const Place from = read(index, 0, /*image=*/true);
  if (from.gate || !is_vector(from)) {
    const bool pointwise = layers_.is_pointwise(index);
    const bool one_pixel = from.shape.height == 1 && from.shape.width == 1;
    if (pointwise && one_pixel && from.block >= 0 && !from.gate) {
      // The average of one pixel is that pixel: nothing is left of the pool in the normal form.
      if (gate({}, index, from) || head({}, {}, graph_.operation(index).inputs[0], from)) return;
    }
    int last = index;
    Layer layer = take_layer(index, from, last);
    if (from.block < 0) {
      if (layer.window.dilation > 1) refuse(graph_.operation(index), "dilates the window over the image");
      close({BlockKind::stem, "", "", {std::move(layer)}}, last, {from}, next_name(BlockKind::stem));
      return;
    }
    int tensor = graph_.output_of(last);
    const int reader = graph_.sole_reader(tensor);
    if (pointwise && !from.gate && reader >= 0 && layers_.is_depthwise(reader))
      return depthwise_block({std::move(layer)}, reader, from);
    if (pointwise && !from.gate && !graph_.is_output(tensor)) {
      const std::vector<int>& readers = graph_.readers(tensor);
      std::vector<int> passed;
      const bool pooled =
          readers.size() == 1 ? pooling_of(readers[0]).has_value() : join_of(readers, passed) >= 0;
      if (pooled) return pool_block({std::move(layer)}, readers, from);
      if (layer.out.height == 1 && layer.out.width == 1 && head({layer}, {}, tensor, from)) return;
    }
    return convolution_block(std::move(layer), last, from);
  }
  dense(index);
}

// [a gate's factors,] a convolution[, the sum with an image that is there already]
void BlockTaker::convolution_block(Layer layer, int last, const Place& from) {
  Block block{BlockKind::convolution, "", "", {}};
  std::vector<Place> read{from};
  std::string name;
  if (from.gate) {
    if (!layer.window.of_one_pixel() || layer.in.height != layer.out.height ||
        layer.in.width != layer.out.width)
      throw WeightsError(
          fmt::format("layer '{}': a convolution over {}x{} pixels of an image that a gate multiplies, "
                      "expected 1x1 with stride 1 and no padding",
                      layer.name, layer.window.height, layer.window.width));
    Layer multiply{LayerKind::multiply, "multiply", ""};
    multiply.in = multiply.out = from.shape;
    block.layers.push_back(multiply);
    read.emplace_back().block = *from.gate;
    if (const std::string& group = groups_[size_t(from.block)]; !group.empty()) name = group + "_projection";
  }
  const Shape out = layer.out;
  const bool linear = layer.activation == ActivationFunction::none;
  block.layers.push_back(std::move(layer));
  const int made = graph_.output_of(last), sum = graph_.sole_reader(made);
  if (sum >= 0 && linear && graph_.kind(sum) == Kind::add && graph_.operation(sum).inputs.size() == 2) {
    const file::Operation& add = graph_.operation(sum);
    const int other = add.inputs[add.inputs[0] == made ? 1 : 0];
    if (other != made && knows(other)) {
      const Place& addend = this->read(sum, add.inputs[0] == made ? 1 : 0, /*image=*/true);
      if (addend.block < 0 || addend.gate || addend.shape != out)
        refuse(add, "expected the sum of two images of one shape, which layers with weights have made");
      Layer layer_of_sum{LayerKind::add, layers_.unique_name(add), ""};
      layer_of_sum.in = layer_of_sum.out = out;
      block.layers.push_back(layer_of_sum);
      block.residual = true;
      read.push_back(addend);
      taken_[size_t(sum)] = true;
      last = sum;
    }
  }
  if (name.empty()) name = next_name(BlockKind::convolution);
  close(std::move(block), last, read, name);
}

// The mean or the maximum over windows.
void BlockTaker::window_pool(int index, const Place& from) {
  const file::Operation& op = graph_.operation(index);
  const auto& settings = std::get<file::Pool>(op.attributes);
  const file::Window& w = settings.window;
  const file::Extents& out = graph_.shape(op.outputs[0]);
  if (from.block < 0 || from.gate) refuse(op, "a pool of what no layer with weights has made");
  constexpr int64_t largest = 7;
  if (w.height > largest || w.width > largest || w.dilation_height != 1 || w.dilation_width != 1)
    refuse(op, fmt::format("a pool over windows of {}x{}, expected at most {}x{}, without dilation, or all "
                           "pixels of an image",
                           w.height, w.width, largest, largest));
  const bool padded = w.top || w.left || w.bottom || w.right;
  const int64_t last_row = (out[1] - 1) * w.stride_height + w.height - w.top,
                last_column = (out[2] - 1) * w.stride_width + w.width - w.left;
  const bool beyond = last_row > from.shape.height || last_column > from.shape.width;
  if (!settings.maximum && (padded || beyond)) refuse(op, "an average with padding, which no MobileNet has");
  if (w.top >= w.height || w.left >= w.width || last_row >= from.shape.height + w.height ||
      last_column >= from.shape.width + w.width)
    refuse(op, "a window lies outside of the image");
  Layer layer{settings.maximum ? LayerKind::window_max_pool : LayerKind::window_mean_pool,
              layers_.unique_name(op), ""};
  layer.in = from.shape;
  layer.out = {static_cast<int>(out[1]), static_cast<int>(out[2]), from.shape.channels};
  layer.window = {static_cast<int>(w.height), static_cast<int>(w.width), static_cast<int>(w.stride_height)};
  layer.window.pads = {static_cast<int>(w.top), static_cast<int>(w.bottom), static_cast<int>(w.left),
                       static_cast<int>(w.right)};
  if (w.stride_width != w.stride_height) layer.window.other_stride_x = static_cast<int>(w.stride_width);
  close({BlockKind::window_pool, "", "", {std::move(layer)}}, index, {from},
        next_name(BlockKind::window_pool));
}

void BlockTaker::depthwise(int index) { depthwise_block({}, index, read(index, 0, /*image=*/true)); }

// [convolution 1x1,] depthwise, and where one kernel computes them all: convolution 1x1[, the sum with the
// block's input].
void BlockTaker::depthwise_block(std::vector<Layer> layers, int index, const Place& from) {
  const file::Operation& op = graph_.operation(index);
  if (from.block < 0) refuse(op, "reads the image; expected a convolution of all channels");
  if (from.gate) refuse(op, "reads what a gate multiplies; expected a convolution over 1x1 pixel");
  const bool expands = !layers.empty();
  Place image = from;
  if (expands) image.shape = layers.back().out;
  int last = index;
  layers.push_back(take_layer(index, image, last));
  const Layer depthwise = layers.back();
  if (depthwise.depth_multiplier > 1 && expands)
    throw WeightsError(fmt::format("layer '{}': the depth multiplier is {}, expected 1 behind an expansion",
                                   depthwise.name, depthwise.depth_multiplier));
  const int made = graph_.output_of(last), reader = graph_.sole_reader(made);
  const int addend = reader < 0 ? -1 : addend_of(reader);
  // Blocks of several convolutions add their own input alone.
  const bool adds_another = addend >= 0 && (!knows(addend) || places_[size_t(addend)]->block != from.block);
  if (reader < 0 || !layers_.is_pointwise(reader) || adds_another) {
    const std::vector<int>& readers = graph_.readers(made);
    const bool squeezed =
        std::any_of(readers.begin(), readers.end(), [&](int r) { return graph_.kind(r) == Kind::multiply; });
    const std::string group = squeezed ? next_name(BlockKind::inverted_residual) : "";
    const int block = close({BlockKind::depthwise, "", "", std::move(layers)}, last, {from},
                            squeezed ? group + "_expansion" : next_name(BlockKind::depthwise));
    groups_[size_t(block)] = group;
    return;
  }
  Place middle = from;
  middle.shape = depthwise.out;
  layers.push_back(take_layer(reader, middle, last));
  const Layer& projection = layers.back();
  const bool linear = projection.activation == ActivationFunction::none;
  if (!expands && (!linear || depthwise.depth_multiplier > 1)) {
    close({BlockKind::separable, "", "", std::move(layers)}, last, {from}, next_name(BlockKind::separable));
    return;
  }
  Block block{BlockKind::inverted_residual, "", "", std::move(layers)};
  const int projected = last, sum = graph_.sole_reader(graph_.output_of(last));
  std::string output;
  if (sum >= 0 && graph_.kind(sum) == Kind::add && graph_.operation(sum).inputs.size() == 2) {
    const file::Operation& add = graph_.operation(sum);
    const size_t other = add.inputs[0] == graph_.output_of(last) ? 1 : 0;
    if (!linear) refuse(add, "adds to what an activation has made; expected a linear convolution before it");
    if (knows(add.inputs[other])) {
      const Place& addend = this->read(sum, other, /*image=*/true);
      if (addend.block != from.block || addend.gate || addend.shape != block.layers.back().out)
        refuse(add, "adds another image than the block's input, or one of another shape");
      Layer layer{LayerKind::add, layers_.unique_name(add), ""};
      layer.in = layer.out = addend.shape;
      block.layers.push_back(layer);
      block.residual = true;
      taken_[size_t(sum)] = true;
      last = sum;
    }
  }
  const int closed = close(std::move(block), last, {from}, next_name(BlockKind::inverted_residual));
  // Keras adds after the block's last layer with weights, whose output is what it is known by.
  const file::Operation& named = graph_.operation(projected);
  blocks[size_t(closed)].output = named.name.empty() ? named.type : named.name;
}

}  // namespace mobilith
