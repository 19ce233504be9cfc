// Functions of one or two images of bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "quantised/fusing.h"
#include "quantised/linear_parameters.h"
#include "quantised/step.h"

namespace mobilith::quantised {

using file::OperationKind;
using file::Tensor;

namespace {

// The target in the order in which an image is computed.
Tensor result_of(const Target& target, bool last) {
  Tensor result = target.tensor;
  if (last) result.shape = turned_last(*result.shape);
  return result;
}

Orders made(int tensor, bool last) { return last ? Orders{-1, tensor} : Orders{tensor, -1}; }

}  // namespace

Orders requantised(Fusing& fusing, const file::Operation& operation, Orders& of, const Target& target) {
  const Tensor& has = fusing.tensor(of);
  if (has.type == target.tensor.type && same_meaning(has.quantisation, target.tensor.quantisation)) return of;
  // A float image is turned first, so that bytes have channels last from the beginning.
  const bool last = target.image() && (of.last >= 0 || has.type == file::ElementType::f32);
  TwoOrders& orders = fusing.orders();
  const int input = last ? orders.last(operation, of) : orders.first(operation, of);
  return made(orders.emit(operation, OperationKind::requantise, {}, {input}, result_of(target, last)), last);
}

Orders fuse_sum(Fusing& fusing, const file::Operation& operation, const Target& target) {
  TwoOrders& orders = fusing.orders();
  std::vector<int> inputs;
  for (const int old : operation.inputs) {
    Orders& of = fusing.bytes(operation, old);
    if (target.image() && fusing.tensor(of).shape->size() != 4 && !fusing.tensor(of).shape->empty())
      file::refuse(operation,
                   fmt::format("tensor {} of {} beside an image", file::quoted(fusing.tensor(of).name),
                               file::text_of(*fusing.tensor(of).shape)));
    const bool last = target.image() && fusing.tensor(of).shape->size() == 4;
    inputs.push_back(last ? orders.last(operation, of) : orders.first(operation, of));
  }
  return made(orders.emit(operation, operation.kind, operation.attributes, std::move(inputs),
                          result_of(target, target.image())),
              target.image());
}

Orders fuse_function(Fusing& fusing, const file::Operation& operation, const Target& target) {
  Orders& of = fusing.bytes(operation, operation.inputs[0]);
  TwoOrders& orders = fusing.orders();
  const bool last = target.image() && of.last >= 0;
  file::Attributes settings = operation.attributes;
  if (operation.kind == OperationKind::clamp) settings = bounds_of_clip(fusing.from(), operation);
  const int input = last ? orders.last(operation, of) : orders.first(operation, of);
  return made(orders.emit(operation, operation.kind, settings, {input}, result_of(target, last)), last);
}

Orders fuse_mean(Fusing& fusing, const file::Operation& operation, const Target& target) {
  const auto& settings = std::get<file::Reduce>(operation.attributes);
  if (settings.what != file::Reduction::mean || settings.rank != 4)
    refuse_floats(operation, "of means it computes a GlobalAveragePool in whole numbers");
  Orders& of = fusing.bytes(operation, operation.inputs[0]);
  const file::Reduce last{.axes = std::vector<int64_t>{1, 2}, .keep_axes = true};
  TwoOrders& orders = fusing.orders();
  return made(orders.emit(operation, OperationKind::reduce, last, {orders.last(operation, of)},
                          result_of(target, true)),
              true);
}

// Over the last axis of a matrix, where the two meanings of an axis are one.
Orders fuse_softmax(Fusing& fusing, const file::Operation& operation, const Target& target) {
  const auto& settings = std::get<file::Softmax>(operation.attributes);
  Orders& of = fusing.bytes(operation, operation.inputs[0]);
  if (target.tensor.shape->size() != 2 || file::from_front(operation, {settings.axis}, 2)[0] != 1)
    file::refuse(operation, "a softmax that is not over the columns of a matrix");
  TwoOrders& orders = fusing.orders();
  return made(orders.emit(operation, OperationKind::softmax, file::Softmax{}, {orders.first(operation, of)},
                          target.tensor),
              false);
}

// Each part is brought to the result's scale by itself.
Orders fuse_concatenation(Fusing& fusing, const file::Operation& operation, const Target& target) {
  auto settings = std::get<file::Axis>(operation.attributes);
  settings.axis = file::from_front(operation, {settings.axis}, target.tensor.shape->size())[0];
  if (target.image()) settings.axis = axis_in_last[settings.axis];
  TwoOrders& orders = fusing.orders();
  std::vector<int> inputs;
  for (const int old : operation.inputs) {
    Orders& of = fusing.bytes(operation, old);
    Target part = target;
    part.tensor.shape = fusing.from().tensors[size_t(old)].shape;
    part.tensor.name = fusing.tensor(of).name;
    Orders brought = requantised(fusing, operation, of, part);
    inputs.push_back(target.image() ? orders.last(operation, brought) : orders.first(operation, brought));
  }
  return made(orders.emit(operation, OperationKind::concatenate, settings, std::move(inputs),
                          result_of(target, target.image())),
              target.image());
}

file::Clamp bounds_of_clip(const file::Graph& graph, const file::Operation& clip) {
  file::Clamp bounds = std::get<file::Clamp>(clip.attributes);
  for (size_t i = 1; i < clip.inputs.size(); ++i) {
    if (clip.inputs[i] < 0) continue;
    const Tensor& bound = graph.tensors[size_t(clip.inputs[i])];
    if (!bound.constant) refuse_floats(clip, "its bounds are computed");
    const std::vector<double> numbers = file::value_of(bound).numbers;
    if (numbers.size() != 1) refuse_floats(clip, "its bounds are not one number each");
    (i == 1 ? bounds.low : bounds.high) = numbers[0];
  }
  return bounds;
}

// (IsClipMadeRedundantByQ() in qdq_util.cc; a bound that is not given counts as infinite)
void expect_redundant(const Fusing& fusing, const file::Operation& clip, const Target& target) {
  const file::Clamp bounds = bounds_of_clip(fusing.from(), clip);
  const auto [least, most] = range_of(target.tensor);
  const float scale = scale_of(target.tensor);
  const auto place = [&](double bound) {
    return std::nearbyint(double(float(bound) / scale)) + zero_of(target.tensor);
  };
  if (!(place(bounds.low) <= least && place(bounds.high) >= most))
    refuse_floats(clip, fmt::format("its bounds, {:g} and {:g}, lie within what QuantizeLinear can give",
                                    bounds.low, bounds.high));
}

}  // namespace mobilith::quantised
