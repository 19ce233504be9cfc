// Sums and products of two tensors of bytes, and images one behind the other.
#include <fmt/format.h>

#include <algorithm>

#include "models/quantised_parts.h"

namespace mobilith {

using quantised::Requantise;
using quantised::Step;
using namespace quantised_parts;

namespace {

Numbers sum_terms(const Step& step, size_t first, size_t second) {
  const double zeros[] = {stored_zero(*step.tensors[0]), stored_zero(*step.tensors[1])};
  if (step.mode == Requantise::floating) {
    const quantised::FloatingSum f = quantised::floating_sum(step);
    const double half = double(int64_t{1} << (f.bits - 1));
    return {double(f.factors[first]), double(f.factors[second]),
            half - zeros[0] * f.factors[0] - zeros[1] * f.factors[1], double(f.bits)};
  }
  const quantised::IntegerSum f = quantised::integer_sum(step);
  Numbers terms;
  for (const size_t i : {first, second}) terms.push_back(zeros[i]), add(terms, f.inputs[i]);
  add(terms, f.output);
  const double signs[] = {1, step.operation.kind == file::OperationKind::subtract ? -1.0 : 1.0};
  terms.push_back(signs[second]), terms.push_back(signs[first]);
  return terms;
}

Numbers product_factors(const Step& step) {
  const float factor = quantised::multiply_factor(step);
  if (step.mode != Requantise::integer) return {factor};
  Numbers numbers;
  add(numbers, quantised::multiplier_of(factor));
  return numbers;
}

// What is added to the file's own byte, its least and its most, and its zero point.
Numbers own_limits(const Step& step, const quantised::Bounds& bounds) {
  return {double(offset_of(step.result)), double(bounds.least), double(bounds.most),
          double(quantised::zero_of(step.result))};
}

// A number for each channel of an image of this many: 1 in every axis but the last.
bool of_channels(const file::Tensor& tensor, int channels) {
  const file::Extents& e = *tensor.shape;
  return !e.empty() && e.back() == channels &&
         std::all_of(e.begin(), e.end() - 1, [](int64_t extent) { return extent == 1; });
}

// What tensor i is beside an image of this shape; nothing: what no kernel takes.
std::optional<Other> other_of(const Step& step, size_t i, const Shape& image) {
  const file::Tensor& tensor = *step.tensors[i];
  if (tensor.constant)
    return of_channels(tensor, image.channels) ? std::optional(Other::constant) : std::nullopt;
  if (image_shape(step.operation, tensor) == image) return Other::image;
  return of_channels(tensor, image.channels) ? std::optional(Other::channels) : std::nullopt;
}

}  // namespace

TwoOperands quantised_elementwise_block(const Step& step) {
  const Shape image = image_shape(step.operation, step.result);
  const bool onnx = step.mode == Requantise::onnx;
  for (const size_t first : {0, 1}) {
    const size_t second = 1 - first;
    if (onnx && first == 1) break;  // its sums depend on the order
    const file::Tensor& whole = *step.tensors[first];
    if (whole.constant || image_shape(step.operation, whole) != image) continue;
    const std::optional<Other> other = other_of(step, second, image);
    if (!other) continue;
    const bool product = step.operation.kind == file::OperationKind::multiply;
    Layer layer{product ? LayerKind::multiply : LayerKind::add, step.operation.name, ""};
    layer.in = layer.out = image;
    Quantised what = begin(step, product ? QuantisedKind::product : QuantisedKind::sum);
    what.other = *other;
    if (product) {
      what.constants["zeros"] = {stored_zero(whole), stored_zero(*step.tensors[second])};
      what.constants["factors"] = product_factors(step);
      what.constants["limits"] = onnx ? own_limits(step, quantised::range_of(step.result))
                                      : limits_of(step, quantised::multiply_bounds(step));
    } else if (onnx) {
      const quantised::OnnxSum f = quantised::onnx_sum(step);
      what.constants["factors"] = {f.factors[0], f.factors[1], f.added};
      what.constants["limits"] = own_limits(step, quantised::sum_bounds(step));
    } else {
      what.constants["terms"] = sum_terms(step, first, second);
      what.constants["limits"] = limits_of(step, quantised::sum_bounds(step));
    }
    if (*other == Other::constant) {
      Numbers& numbers = what.constants["constant"] = quantised::stored_value(*step.tensors[second]).numbers;
      for (double& number : numbers) number += offset_of(*step.tensors[second]);
    }
    TwoOperands result{block_of(product ? "product" : "sum", std::move(layer), std::move(what)), {first}};
    if (*other != Other::constant) result.inputs.push_back(second);
    return result;
  }
  file::refuse(step.operation,
               fmt::format("of {} and {}; kernels of whole numbers take images of one shape, or an image and "
                           "a number for each channel",
                           file::text_of(*step.tensors[0]->shape), file::text_of(*step.tensors[1]->shape)));
}

Block concatenation_block(const Step& step) {
  const auto& settings = step.settings<file::Axis>();
  const Shape out = image_shape(step.operation, step.result);
  const auto rank = int64_t(step.result.shape->size());
  Block block = block_of("concatenation", {}, {QuantisedKind::concatenation});
  block.layers.clear();
  for (const file::Tensor* tensor : step.tensors) {
    Layer layer{LayerKind::add, step.operation.name, ""};
    layer.in = image_shape(step.operation, *tensor), layer.out = out;
    block.layers.push_back(std::move(layer));
  }
  const int64_t axis = settings.axis < 0 ? settings.axis + rank : settings.axis;
  if (axis != rank - 1)
    file::refuse(step.operation,
                 fmt::format("along axis {}; kernels of whole numbers put channels together", axis));
  return block;
}

}  // namespace mobilith
