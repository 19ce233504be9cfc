#include "models/layer_chain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/model_error.h"

namespace mobilith {

namespace {

struct Axis {
  int before, out, after;  // zeros before, outputs, zeros after that the last window reads
};

constexpr int largest_window = 7, largest_extent = 64;  // of kernels' windows, of a window with its dilation

// A window of `kernel` over `size` values with `before` and `after` zeros around them.
Axis windows(int size, int kernel, int stride, bool same, int before, int after) {
  int padded = size + before + after;
  if (same) {
    const int out = (padded + stride - 1) / stride;
    const int total = std::max((out - 1) * stride + kernel - padded, 0);
    before += total / 2;
    padded += total;
  }
  const int out = padded < kernel ? 0 : (padded - kernel) / stride + 1;
  return {before, out, std::max((out - 1) * stride + kernel - before - size, 0)};
}

[[noreturn]] void refuse(const Operation& operation, const std::string& found) {
  throw WeightsError(fmt::format("{}: {}", operation.what, found));
}

LayerWindow window_of(const Operation& op) {
  const int height = op.kernel_height, width = op.kernel_width;
  if (std::max(height, width) > largest_window)
    refuse(op, fmt::format("the window is {}x{}, expected at most {}x{}", height, width, largest_window,
                           largest_window));
  if (op.stride_height != op.stride_width)
    refuse(op,
           fmt::format("the strides are {} and {}, expected equal ones", op.stride_height, op.stride_width));
  // Along one pixel a dilation changes nothing.
  const int down = height > 1 ? op.dilation_height : 1, across = width > 1 ? op.dilation_width : 1;
  const int dilation = std::max(down, across);
  if ((height > 1 && down != dilation) || (width > 1 && across != dilation))
    refuse(op, fmt::format("the dilations are {} and {}, expected equal ones", down, across));
  if (dilation > 1 && op.kind != OperationKind::depthwise)
    refuse(op,
           fmt::format("the dilation is {}, expected 1: only kernels of depthwise convolutions have others",
                       dilation));
  const LayerWindow window{height, width, op.stride_height, dilation};
  if (std::max(window.rows(), window.columns()) > largest_extent)
    refuse(op, fmt::format("with its dilation the window is {}x{}, expected at most {}x{}", window.rows(),
                           window.columns(), largest_extent, largest_extent));
  return window;
}

// The layer, where the kernels have such a one.
Layer windowed_layer(const Operation& op, const Shape& in, const Pads& pads) {
  const bool depthwise = op.kind == OperationKind::depthwise;
  LayerWindow window = window_of(op);
  const Axis rows = windows(in.height, window.rows(), window.stride, op.same, pads.top, pads.bottom),
             columns = windows(in.width, window.columns(), window.stride, op.same, pads.left, pads.right);
  if (rows.out < 1 || columns.out < 1)
    refuse(op, fmt::format("nothing is left of an image of {}x{} pixels", in.height, in.width));
  for (const auto& [axis, extent] : {std::pair{rows, window.rows()}, {columns, window.columns()}})
    if (axis.before >= extent || axis.after >= extent)
      refuse(op, fmt::format(
                     "{} zeros before the image and {} after it, expected at most {} for a window of {}x{}",
                     axis.before, axis.after, extent - 1, window.rows(), window.columns()));
  window.pads = {rows.before, rows.after, columns.before, columns.after};
  Layer layer{depthwise ? LayerKind::depthwise : LayerKind::convolution, op.layer, ""};
  layer.bias = op.bias;
  layer.in = in;
  layer.out = {rows.out, columns.out, depthwise ? in.channels * op.depth_multiplier : op.channels};
  layer.window = window;
  if (depthwise) layer.depth_multiplier = op.depth_multiplier;
  return layer;
}

}  // namespace

LayerChain::LayerChain(const Graph& graph, int height, int width)
    : graph_(graph), readers_(graph.operations.size()), taken_(graph.operations.size(), false) {
  const Operation& input = graph.operations.front();
  if (input.kind != OperationKind::input || input.channels != 3)
    refuse(input, fmt::format("the image has {} channels, expected 3", input.channels));
  shape_ = {height, width, input.channels};
  taken_[0] = true;
  for (size_t i = 1; i < graph.operations.size(); i++) {
    if (graph.operations[i].kind == OperationKind::input)
      refuse(graph.operations[i], "a second input, expected one");
    for (int from : graph.operations[i].inputs)
      readers_[static_cast<size_t>(from)].push_back(static_cast<int>(i));
  }
}

int LayerChain::next_index() const {
  int found = -1;
  for (int reader : readers_[static_cast<size_t>(at_)]) {
    if (operation(reader).kind == OperationKind::add && readers_[static_cast<size_t>(at_)].size() == 2) {
      // A residual: the block's first layer is next, the addition comes when the block ends.
      const auto& both = readers_[static_cast<size_t>(at_)];
      if (both[0] == both[1]) refuse(operation(reader), "adds a tensor to itself, which no MobileNet does");
      if (operation(both[0]).kind != operation(both[1]).kind) continue;
    }
    if (found >= 0) {
      std::vector<std::string> names;
      for (int one : readers_[static_cast<size_t>(at_)]) names.push_back(operation(one).what);
      refuse(operation(at_),
             fmt::format("its output is read by {}; expected one reader, or a residual addition at the "
                         "block's end beside it",
                         fmt::join(names, ", ")));
    }
    found = reader;
  }
  if (found < 0 && at_ != graph_.output)
    refuse(operation(at_), "its output is not read, and is not the model's");
  if (at_ == graph_.output && !readers_[static_cast<size_t>(at_)].empty())
    refuse(operation(at_), "its output is the model's, but is read on by " +
                               operation(readers_[static_cast<size_t>(at_)][0]).what);
  return found;
}

const Operation* LayerChain::next() const {
  const int index = next_index();
  return index < 0 ? nullptr : &operation(index);
}

const Operation* LayerChain::next_behind_padding() const {
  LayerChain ahead = *this;
  const Operation* found = ahead.next();
  while (found && found->kind == OperationKind::pad) {
    ahead.advance(ahead.next_index(), ahead.shape());
    found = ahead.next();
  }
  return found;
}

void LayerChain::advance(int index, const Shape& shape) {
  taken_[static_cast<size_t>(index)] = true;
  order_.push_back(index);
  at_ = index;
  shape_ = shape;
}

const Operation& LayerChain::take(const Shape& shape) {
  advance(next_index(), shape);
  return operation(at_);
}

Layer LayerChain::take_layer(bool classifier) {
  Pads pads;
  while (next() && next()->kind == OperationKind::pad) {
    const Pads& more = take(shape_).pads;
    pads = {pads.top + more.top, pads.bottom + more.bottom, pads.left + more.left, pads.right + more.right};
  }
  Layer layer = windowed_layer(*next(), shape_, pads);
  take(layer.out);
  if (next() && next()->kind == OperationKind::batch_norm) layer.batch_norm = take(layer.out).layer;
  if (!classifier && next() && next()->kind == OperationKind::activation)
    layer.activation = take(layer.out).function;
  return layer;
}

const Operation* LayerChain::take_add(int other) {
  const Operation* add = next();
  if (!add || add->kind != OperationKind::add) return nullptr;
  const auto& inputs = add->inputs;
  if (inputs.size() != 2 || std::count(inputs.begin(), inputs.end(), at_) != 1 ||
      std::count(inputs.begin(), inputs.end(), other) != 1) {
    const int wrong = inputs[0] == at_ ? inputs.back() : inputs[0];
    refuse(*add, fmt::format("adds the output of {}, expected that of {}, the block's input",
                             operation(wrong).what, operation(other).what));
  }
  return &take(shape_);
}

void LayerChain::take_reshapes() {
  while (const Operation* reshape = next()) {
    if (reshape->kind != OperationKind::reshape) return;
    if (shape_.height != 1 || shape_.width != 1)
      refuse(*reshape, fmt::format("reshapes an image of {}x{}, expected a global average pool before it",
                                   shape_.height, shape_.width));
    for (size_t i = 0; i < reshape->target.size(); i++) {
      const int extent = reshape->target[i], expected = i + 1 < reshape->target.size() ? 1 : shape_.channels;
      if (extent != expected && extent != -1)
        refuse(*reshape, fmt::format("axis {} of the target is {}, expected {}: all values in the last axis",
                                     i, extent, expected));
    }
    take(shape_);
  }
}

std::string LayerChain::taken_since(int first) const {
  auto from = std::find(order_.begin(), order_.end(), first);
  if (order_.end() - from > 10) from = order_.end() - 10;
  std::vector<std::string> names;
  for (; from != order_.end(); ++from) {
    const std::string name = fmt::format("'{}'", operation(*from).layer);
    if (!operation(*from).layer.empty() && (names.empty() || names.back() != name)) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void LayerChain::finish() const {
  if (const Operation* more = next()) refuse(*more, "follows the network's end; no kernel computes it there");
  for (size_t i = 0; i < taken_.size(); i++)
    if (!taken_[i]) refuse(operation(static_cast<int>(i)), "is no part of a MobileNet's chain of blocks");
}

}  // namespace mobilith
