// Means along axes: sums of whole numbers, requantised with their count in the factor.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "quantised/factors.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

namespace {

int64_t count_of(const Step& step) {
  const int64_t outputs = file::elements(*step.result.shape, "output");
  return outputs ? file::elements(*step.tensors[0]->shape, "input") / outputs : 0;
}

}  // namespace

// (QuantizedMeanOrSum() in reduce.h)
Multiplier integer_mean(const Step& step, int64_t count) {
  Multiplier factor = multiplier_of(double(scale_of(*step.tensors[0])) / scale_of(step.result));
  const int shift = std::min({int(std::bit_width(uint64_t(count))) - 1, 32, 31 + factor.shift});
  factor.mantissa = int32_t((int64_t(factor.mantissa) << shift) / count);
  factor.shift -= shift;
  return factor;
}

// A sum of the stored numbers, whose zero points are one float that is added last. (reshape_reduce_nd() in
// XNNPACK's reduce-nd.c; quantize() in reference-utils.h)
FloatingMean floating_mean(const Step& step, int64_t count) {
  const float reciprocal = 1.0f / float(count);
  const float factor = scale_of(*step.tensors[0]) / scale_of(step.result) * reciprocal;
  const float zeros = float(int32_t(count) * zero_of(*step.tensors[0])) * factor;
  return {factor, float(zero_of(step.result)) - zeros};
}

// (MlasQLinearGlobalAveragePool() in ONNX Runtime's qlgavgpool.cpp, for x86)
float onnx_mean(const Step& step, int64_t count) {
  return scale_of(*step.tensors[0]) / (scale_of(step.result) * float(count));
}

namespace {

int64_t mean_of(const Step& step, int64_t sum, int64_t count) {
  if (step.mode == Requantise::integer)
    return product(int32_t(sum - zero_of(*step.tensors[0]) * count), integer_mean(step, count)) +
           zero_of(step.result);
  if (step.mode == Requantise::onnx)
    return requantised(int32_t(sum - zero_of(*step.tensors[0]) * count), onnx_mean(step, count),
                       zero_of(step.result), range_of(step.result));
  const auto [factor, added] = floating_mean(step, count);
  return std::llround(std::nearbyint(float(sum) * factor + added));
}

}  // namespace

void operations::check_mean(const Step& step) {
  expect_bytes(step, 0, 0);
  if (step.settings<file::Reduce>().what != file::Reduction::mean)
    file::refuse(step.operation, "no maximum along axes is computed in whole numbers");
  if (count_of(step) < 1 || count_of(step) > 1 << 22)
    file::refuse(step.operation, fmt::format("a mean of {} numbers", count_of(step)));
  expect_factor(step, *step.tensors[0], scale_of(*step.tensors[0]) / scale_of(step.result));
}

void operations::mean(const Step& step, file::Value& output) {
  exactly(step, step.operation.attributes, step.values, output);
  const int64_t count = count_of(step);
  const auto [least, most] = range_of(step.result);
  for (double& x : output.numbers) {
    // The interpreter's mean is the sum divided by the count, rounded to a double: 22 bits more than are
    // needed.
    const int64_t sum = std::llround(x * double(count));
    x = double(std::clamp<int64_t>(mean_of(step, sum, count), least, most));
  }
}

}  // namespace mobilith::quantised
