// Sums and differences of two tensors with scales of their own.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "quantised/fixed_point.h"
#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::OperationKind;

namespace {

// Each number of input i as function(number without zero point).
template <class Function>
file::Value mapped(const Step& step, size_t i, Function function) {
  file::Value value = centred(*step.tensors[i], *step.values[i]);
  for (double& x : value.numbers) x = function(int32_t(x));
  return value;
}

// What the inputs are brought to: twice the larger scale, divided by 2^20. (add.cc)
constexpr int shift = 20;
double twice_the_larger(const Step& step) {
  return 2.0 * std::max(scale_of(*step.tensors[0]), scale_of(*step.tensors[1]));
}
double output_factor(const Step& step) {
  return twice_the_larger(step) / (double(1 << shift) * scale_of(step.result));
}

void sum_integer(const Step& step, file::Value& output) {
  const auto brought = [&](size_t i) {
    const Multiplier factor = multiplier_of(scale_of(*step.tensors[i]) / twice_the_larger(step));
    return mapped(step, i, [=](int32_t x) { return product(x * (1 << shift), factor); });
  };
  const file::Value a = brought(0), b = brought(1);
  exactly(step, file::Elementwise{}, {&a, &b}, output);
  const Multiplier factor = multiplier_of(output_factor(step));
  const Bounds bounds = bounds_of(step.result, step.settings<file::Elementwise>().fused);
  for (double& x : output.numbers)
    x = std::clamp(product(int32_t(x), factor) + zero_of(step.result), bounds.least, bounds.most);
}

// Factors of 21 bits with one shift, which the larger of them sets; the last half is rounded up. (XNNPACK's
// xnn_init_qs8_add_minmax_scalar_params)
void sum_floating(const Step& step, file::Value& output) {
  const float factors[] = {scale_of(*step.tensors[0]) / scale_of(step.result),
                           scale_of(*step.tensors[1]) / scale_of(step.result)};
  const int bits = 20 - std::ilogb(std::max(factors[0], factors[1]));
  const auto brought = [&](size_t i) {
    const auto factor = int32_t(std::lrint(std::ldexp(factors[i], bits)));
    return mapped(step, i, [=](int32_t x) { return x * factor; });
  };
  const file::Value a = brought(0), b = brought(1);
  exactly(step, file::Elementwise{}, {&a, &b}, output);
  const Bounds bounds = nearest_bounds_of(step.result, step.settings<file::Elementwise>().fused);
  for (double& x : output.numbers) {
    const int64_t places = (int64_t(x) + (int64_t(1) << (bits - 1))) >> bits;
    x = double(std::clamp<int64_t>(places + zero_of(step.result), bounds.least, bounds.most));
  }
}

}  // namespace

void operations::check_sum(const Step& step) {
  expect_bytes(step, 0, 1);
  if (!(output_factor(step) < 1))
    file::refuse(step.operation, "scales of the inputs 2^19 times the result's, which LiteRT does not take");
  if (step.mode == Requantise::integer) return;
  for (size_t i = 0; i < 2; ++i) {
    const float factor = scale_of(*step.tensors[i]) / scale_of(step.result);
    if (!(factor >= 0x1p-10f && factor < 0x1p8f))
      refuse_tensor(step, *step.tensors[i],
                    fmt::format("its scale is {:g} times the result's; XNNPACK takes 1/1024 to 256", factor));
  }
}

void operations::sum(const Step& step, file::Value& output) {
  if (step.mode == Requantise::integer)
    sum_integer(step, output);
  else
    sum_floating(step, output);
}

}  // namespace mobilith::quantised
