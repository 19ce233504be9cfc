#include "quantised/step.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "graph/file_error.h"

namespace mobilith::quantised {

using file::ElementType;

Step step_of(const file::Graph& graph, const file::Operation& operation, Requantise mode) {
  Step step{operation, {}, {}, graph.tensors[size_t(operation.outputs[0])], mode};
  for (const int i : operation.inputs) step.tensors.push_back(i < 0 ? nullptr : &graph.tensors[size_t(i)]);
  return step;
}

float scale_of(const file::Tensor& tensor) { return float(tensor.quantisation.scales.at(0)); }
int32_t zero_of(const file::Tensor& tensor) { return int32_t(tensor.quantisation.zero_points.at(0)); }

bool is_byte(const file::Tensor& tensor) {
  return (tensor.type == ElementType::u8 || tensor.type == ElementType::i8) &&
         tensor.quantisation.scales.size() == 1;
}

Bounds range_of(const file::Tensor& result) {
  const auto [least, most] = file::range_of(result.type);
  return {int32_t(least), int32_t(most)};
}

namespace {

// Far bounds stay beyond every byte.
int32_t place_of_bound(const file::Tensor& result, double bound) {
  const float places = std::round(float(bound) / scale_of(result));
  return int32_t(std::clamp(places, -1e6f, 1e6f)) + zero_of(result);
}

}  // namespace

Bounds bounds_of(const file::Tensor& result, const file::Clamp& fused) {
  Bounds bounds = range_of(result);
  if (std::isfinite(fused.low)) bounds.least = std::max(bounds.least, place_of_bound(result, fused.low));
  if (std::isfinite(fused.high)) bounds.most = std::min(bounds.most, place_of_bound(result, fused.high));
  return bounds;
}

file::Value stored_value(const file::Tensor& tensor) {
  file::Tensor bare = tensor;
  bare.quantisation = {};
  file::Value value = file::value_of(bare);
  value.type = file::value_type(tensor);
  return value;
}

file::Value centred(const file::Tensor& tensor, const file::Value& value) {
  file::Value result = value;
  const auto& zeros = tensor.quantisation.zero_points;
  const double zero = zeros.empty() ? 0 : double(zeros[0]);  // several are all the same: check()
  for (double& x : result.numbers) x -= zero;
  return result;
}

void exactly(const Step& step, file::Attributes settings, const std::vector<const file::Value*>& inputs,
             file::Value& output) {
  file::Operation plain = step.operation;
  plain.attributes = std::move(settings);
  file::row_of(plain.kind).evaluate({plain, inputs}, output);
}

}  // namespace mobilith::quantised
