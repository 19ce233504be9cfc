// What only moves numbers, or takes the largest of them, is the same of bytes as of what they mean.
#include <fmt/format.h>

#include "quantised/fusing.h"

namespace mobilith::quantised {

using file::OperationKind;
using file::Tensor;

namespace {

// The same numbers under the old result's name and with its shape.
Tensor result_like(const Fusing& fusing, const file::Operation& operation, const Orders& of) {
  Tensor result = fusing.tensor(of);
  const Tensor& old = fusing.from().tensors[size_t(operation.outputs[0])];
  result.name = old.name, result.shape = old.shape;
  return result;
}

}  // namespace

void Fusing::move(const file::Operation& operation) {
  if (moves_waiting(operation)) return;
  Orders& of = at(operation, operation.inputs[0]);
  const Tensor& before = from_.tensors[size_t(operation.inputs[0])];
  const bool one_pixel =
      of.last >= 0 && before.shape->size() == 4 && (*before.shape)[2] == 1 && (*before.shape)[3] == 1;
  const int image = one_pixel ? of.last : orders_.first(operation, of);
  Tensor result = result_like(*this, operation, of);
  const file::Reshape settings{.shape = *result.shape};
  at_[operation.outputs[0]] = {
      orders_.emit(operation, OperationKind::reshape, settings, {image}, std::move(result)), -1};
}

void Fusing::transpose(const file::Operation& operation) {
  if (moves_waiting(operation)) return;
  Orders& of = at(operation, operation.inputs[0]);
  std::vector<int64_t> order =
      std::get<file::Transpose>(operation.attributes).axes.value_or(std::vector<int64_t>{});
  if (order.empty())
    for (size_t i = from_.tensors[size_t(operation.inputs[0])].shape->size(); i-- > 0;)
      order.push_back(int64_t(i));
  if (order == std::vector<int64_t>{0, 2, 3, 1} && of.last >= 0) {
    at_[operation.outputs[0]] = {of.last, -1};
    return;
  }
  if (order == std::vector<int64_t>{0, 3, 1, 2}) {  // its input has channels last
    at_[operation.outputs[0]] = {-1, orders_.first(operation, of)};
    return;
  }
  const int image = orders_.first(operation, of);
  at_[operation.outputs[0]] = {orders_.emit(operation, OperationKind::transpose, file::Transpose{order},
                                            {image}, result_like(*this, operation, of)),
                               -1};
}

// A zero of floats is the zero point.
void Fusing::pad(const file::Operation& operation) {
  Orders& of = bytes(operation, operation.inputs[0]);
  const auto& settings = std::get<file::Pad>(operation.attributes);
  std::vector<int64_t> pads = settings.pads.value_or(std::vector<int64_t>{});
  double value = settings.value;
  for (size_t i = 1; i < operation.inputs.size(); ++i) {
    if (operation.inputs[i] < 0) continue;
    const Tensor& input = from_.tensors[size_t(operation.inputs[i])];
    if (!input.constant || i > 2) refuse_floats(operation, "its pads are no constant, or of some axes");
    const std::vector<double> numbers = file::value_of(input).numbers;
    if (i == 2 && numbers.size() == 1) value = numbers[0];
    if (i == 1) pads.assign(numbers.begin(), numbers.end());
  }
  if (value != 0) refuse_floats(operation, "its pad is not 0");
  Tensor result = result_like(*this, operation, of);
  if (result.shape->size() != 4 || pads.size() != 8) refuse_floats(operation, "it pads no image");
  std::vector<int64_t> last(8);
  for (size_t i = 0; i < 8; ++i) last[(i < 4 ? 0 : 4) + size_t(axis_in_last[i % 4])] = pads[i];
  result.shape = turned_last(*result.shape);
  at_[operation.outputs[0]] = {-1, orders_.emit(operation, OperationKind::pad, file::Pad{.pads = last},
                                                {orders_.last(operation, of)}, std::move(result))};
}

// The largest number of a window has the largest byte. Averages are ONNX Runtime's own.
void Fusing::pool(const file::Operation& operation) {
  auto settings = std::get<file::Pool>(operation.attributes);
  if (!settings.maximum) return wait(operation);
  Orders& of = bytes(operation, operation.inputs[0]);
  settings.window.order = file::ImageOrder::channels_last;
  Tensor result = result_like(*this, operation, of);
  result.shape = turned_last(*result.shape);
  at_[operation.outputs[0]] = {-1, orders_.emit(operation, OperationKind::pool, settings,
                                                {orders_.last(operation, of)}, std::move(result))};
}

}  // namespace mobilith::quantised
