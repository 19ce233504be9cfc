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

// The window, where the kernels have such a one.
Layer windowed_layer(const Operation& op, const Shape& in, const Pads& pads) {
  const bool depthwise = op.kind == OperationKind::depthwise;
  if (op.kernel_height != op.kernel_width || (op.kernel_height != 1 && op.kernel_height != 3) ||
      (depthwise && op.kernel_height != 3))
    refuse(op, fmt::format("the window is {}x{}, expected {}", op.kernel_height, op.kernel_width,
                           depthwise ? "3x3" : "1x1 or 3x3"));
  if (op.stride_height != op.stride_width)
    refuse(op,
           fmt::format("the strides are {} and {}, expected equal ones", op.stride_height, op.stride_width));
  const int kernel = op.kernel_height, stride = op.stride_height;
  const Axis rows = windows(in.height, kernel, stride, op.same, pads.top, pads.bottom),
             columns = windows(in.width, kernel, stride, op.same, pads.left, pads.right);
  if (rows.out < 1 || columns.out < 1)
    refuse(op, fmt::format("nothing is left of an image of {}x{} pixels", in.height, in.width));
  if (kernel == 1 && (stride != 1 || rows.out != in.height || columns.out != in.width))
    refuse(op, "a 1x1 window has stride 1 and no padding in the networks that there are kernels for");
  for (const Axis& axis : {rows, columns})
    if (axis.before >= 3 || axis.after >= 3)
      refuse(op, fmt::format("{} zeros before the image and {} after it, expected at most 2 for a 3x3 window",
                             axis.before, axis.after));
  Layer layer{depthwise ? LayerKind::depthwise : LayerKind::convolution, op.layer, ""};
  layer.bias = op.bias;
  layer.in = in;
  layer.out = {rows.out, columns.out, depthwise ? in.channels * op.depth_multiplier : op.channels};
  layer.kernel = kernel, layer.stride = stride;
  layer.pad_top = rows.before, layer.pad_left = columns.before;
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
      refuse(operation(at_), fmt::format("its output is read by {}; expected one reader, or a residual addition at the "
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

Layer LayerChain::take_layer() {
  Pads pads;
  while (next() && next()->kind == OperationKind::pad) {
    const Pads& more = take(shape_).pads;
    pads = {pads.top + more.top, pads.bottom + more.bottom, pads.left + more.left, pads.right + more.right};
  }
  Layer layer = windowed_layer(*next(), shape_, pads);
  take(layer.out);
  if (next() && next()->kind == OperationKind::batch_norm) layer.batch_norm = take(layer.out).layer;
  if (next() && next()->kind == OperationKind::activation) layer.activation = take(layer.out).function;
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
