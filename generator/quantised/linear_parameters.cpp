#include "quantised/linear_parameters.h"

#include <fmt/format.h>

#include <cmath>

#include "graph/file_error.h"
#include "graph/value.h"
#include "quantised/floating.h"

namespace mobilith::quantised {

using file::ElementType;
using file::Tensor;

namespace {

const Tensor& constant_input(const file::Graph& graph, const file::Operation& operation, size_t i,
                             const char* what) {
  const Tensor& tensor = graph.tensors[size_t(operation.inputs[i])];
  if (!tensor.constant)
    file::refuse(operation, fmt::format("tensor {}: a {} that is computed", file::quoted(tensor.name), what));
  return tensor;
}

std::vector<double> scales_of(const file::Operation& operation, const Tensor& tensor) {
  const auto wrong = [&](const std::string& why) {
    file::refuse(operation, fmt::format("tensor {}: {}", file::quoted(tensor.name), why));
  };
  if (tensor.type != ElementType::f32)
    wrong(fmt::format("a scale of {}; expected f32", file::name_of(tensor.type)));
  std::vector<double> scales = file::value_of(tensor).numbers;
  for (const double scale : scales)
    if (!std::isnormal(float(scale)) || scale < 0) wrong(fmt::format("a scale of {}", scale));
  return scales;
}

}  // namespace

file::Quantisation linear_parameters(const file::Graph& graph, const file::Operation& operation,
                                     ElementType type, const file::Extents& shape) {
  const Tensor& scale = constant_input(graph, operation, 1, "scale");
  file::Quantisation result;
  result.scales = scales_of(operation, scale);
  result.zero_points.assign(result.scales.size(), 0);
  if (operation.inputs.size() > 2 && operation.inputs[2] >= 0) {
    const Tensor& zero = constant_input(graph, operation, 2, "zero point");
    if (zero.type != type)
      file::refuse(operation,
                   fmt::format("tensor {}: a zero point of {}; expected {}", file::quoted(zero.name),
                               file::name_of(zero.type), file::name_of(type)));
    const std::vector<double> numbers = file::value_of(zero).numbers;
    if (numbers.size() != result.scales.size())
      file::refuse(operation, fmt::format("tensor {}: {} zero points and {} scales", file::quoted(zero.name),
                                          numbers.size(), result.scales.size()));
    for (size_t i = 0; i < numbers.size(); ++i) result.zero_points[i] = int64_t(numbers[i]);
  }
  if (scale.shape->empty() || *scale.shape == file::Extents{1}) return result;
  const int64_t axis =
      file::from_front(operation, {std::get<file::Quantise>(operation.attributes).axis}, shape.size())[0];
  if (*scale.shape != file::Extents{shape[size_t(axis)]})
    file::refuse(operation, fmt::format("tensor {}: {} scales along axis {} of {}", file::quoted(scale.name),
                                        file::text_of(*scale.shape), axis, file::text_of(shape)));
  result.axis = int(axis);
  return result;
}

file::Tensor quantised_constant(const Tensor& floats, const Tensor& as) {
  std::vector<double> numbers = file::value_of(floats).numbers;
  const auto& [scales, zeros, axis] = as.quantisation;
  size_t inner = 1;
  if (scales.size() > 1)
    for (size_t i = size_t(axis) + 1; i < as.shape->size(); ++i) inner *= size_t((*as.shape)[i]);
  Tensor one{.name = as.name, .type = as.type};
  for (size_t i = 0; i < numbers.size(); ++i) {
    const size_t at = i / inner % scales.size();
    one.quantisation = {{scales[at]}, {zeros[at]}, 0};
    numbers[i] = quantised_linearly(one, float(numbers[i]));
  }
  Tensor result = file::constant_tensor(as.name, *as.shape, numbers, as.type);
  result.quantisation = as.quantisation;
  return result;
}

bool same_meaning(const file::Quantisation& a, const file::Quantisation& b) {
  return a.scales == b.scales && a.zero_points == b.zero_points;
}

}  // namespace mobilith::quantised
