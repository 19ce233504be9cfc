// Softmax along the last axis. XNNPACK takes floats alone, so both answers are LiteRT's own: its reference
// kernel's and its optimised kernel's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "quantised/exponential.h"
#include "quantised/factors.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::ElementType;

namespace {

constexpr int difference_bits = 5, sum_bits = 12;  // before the point, of 31

double input_factor(const Step& step) {
  const double beta = float(step.settings<file::Softmax>().beta);
  return std::min(beta * scale_of(*step.tensors[0]) * double(1 << (31 - difference_bits)), 0x1p31 - 1);
}

}  // namespace

// What does not count adds nothing. (Softmax() in softmax.h)
std::array<int32_t, 256> integer_powers(const Step& step) {
  const Multiplier factor = multiplier_of(input_factor(step));
  const auto furthest = int32_t(std::floor(
      ((1 << difference_bits) - 1) * double(1 << (31 - difference_bits)) / std::ldexp(1, factor.shift)));
  std::array<int32_t, 256> powers{};
  for (int32_t below = 0; below < 256 && below <= furthest; ++below)
    powers[below] = exponential(high_product(int32_t(uint32_t(-below) << factor.shift), factor.mantissa));
  return powers;
}

std::array<float, 256> floating_powers(const Step& step) {
  const float scale = -scale_of(*step.tensors[0]) * float(step.settings<file::Softmax>().beta);
  std::array<float, 256> powers{};
  for (int i = 0; i < 256; ++i) powers[i] = std::exp(scale * float(i));
  return powers;
}

// Shares of the largest float that a sum of so many can't pass. (QlinearBuildLookupTableUint32() in ONNX
// Runtime's qlinear_softmax.cc)
std::array<float, 256> onnx_powers(const Step& step) {
  const double scale = scale_of(*step.tensors[0]);
  const float each = std::numeric_limits<float>::max() / float(step.result.shape->back());
  const double room = std::max(0.0, std::log(double(each)) - 5) / scale;
  std::array<float, 256> powers{};
  for (int i = 0; i < 256; ++i) powers[size_t(i)] = float(std::exp((room - i) * scale));
  return powers;
}

namespace {

// (QlinearSoftmaxCPU() in qlinear_softmax.cc, whose scale is a whole number of shares)
void onnx_line(const Step& step, const double* from, double* to, int64_t count) {
  const Bounds bounds = range_of(step.result);
  const std::array<float, 256> table = onnx_powers(step);
  const float places = std::floor(1.0f / scale_of(step.result));
  const auto largest = int32_t(*std::max_element(from, from + count));
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += table[size_t(largest - int32_t(from[i]))];
  for (int64_t i = 0; i < count; ++i) {
    const float share = table[size_t(largest - int32_t(from[i]))] * places / sum;
    to[i] = std::clamp<double>(std::nearbyint(share) + zero_of(step.result), bounds.least, bounds.most);
  }
}

// (Softmax() in softmax.h)
void integer_line(const Step& step, const double* from, double* to, int64_t count) {
  const Bounds bounds = range_of(step.result);
  const std::array<int32_t, 256> powers = integer_powers(step);
  const auto largest = int32_t(*std::max_element(from, from + count));
  const auto exponential_of = [&](int64_t i) { return powers[largest - int32_t(from[i])]; };
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += uint32_t(shifted_right(exponential_of(i), sum_bits));
  const int headroom = std::countl_zero(sum);
  const int32_t reciprocal = reciprocal_of_one_plus(int32_t((sum << headroom) - (1u << 31)));
  const int shift = sum_bits - headroom + 31 - 8;
  for (int64_t i = 0; i < count; ++i) {
    // Above 31 bits, with over 512 numbers near the largest, LiteRT's kernel stops; shares are below a half.
    const int32_t share = shift <= 31 ? shifted_right(high_product(reciprocal, exponential_of(i)), shift) : 0;
    to[i] = std::clamp(share + bounds.least, bounds.least, bounds.most);
  }
}

// Exponentials from a table of floats, summed in order. (Softmax() and PopulateSoftmaxLookupTable() in
// optimized_ops.h, on x86)
void floating_line(const Step& step, const double* from, double* to, int64_t count) {
  const Bounds bounds = range_of(step.result);
  const std::array<float, 256> table = floating_powers(step);
  const auto largest = int32_t(*std::max_element(from, from + count));
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += table[largest - int32_t(from[i])];
  const float reciprocal = 1.0f / (sum * scale_of(step.result));
  for (int64_t i = 0; i < count; ++i) {
    const float share = table[largest - int32_t(from[i])] * reciprocal;
    const auto places = int32_t(step.result.type == ElementType::u8 ? share + 0.5f : std::round(share));
    to[i] = std::clamp(places + zero_of(step.result), bounds.least, bounds.most);
  }
}

// Shares as floats, of a softmax behind bytes that became floats. LiteRT's depend on the CPU in the last
// places.
void real_line(const Step& step, const double* from, double* to, int64_t count) {
  const std::array<float, 256> table = floating_powers(step);
  const auto largest = int32_t(*std::max_element(from, from + count));
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += table[largest - int32_t(from[i])];
  for (int64_t i = 0; i < count; ++i) to[i] = double{table[largest - int32_t(from[i])] / sum};
}

bool to_floats(const Step& step) { return step.result.type == ElementType::f32; }

void check_line(const Step& step) {
  if (step.result.shape->empty() || step.result.shape->back() < 1)
    file::refuse(step.operation, "a softmax of nothing");
}

}  // namespace

void operations::check_softmax(const Step& step) {
  if (to_floats(step)) {
    if (!is_byte(*step.tensors[0]))
      refuse_tensor(step, *step.tensors[0],
                    "floats that were no bytes before; a softmax of such is not computed");
    expect_scales(step, *step.tensors[0], 0);
    return check_line(step);
  }
  expect_bytes(step, 0, 0);
  if (step.mode == Requantise::onnx) {
    if (step.result.shape->empty() || step.result.shape->back() < 1)
      file::refuse(step.operation, "a softmax of nothing");
    return;
  }
  const int32_t least = range_of(step.result).least;
  const float scale = scale_of(step.result);
  if (zero_of(step.result) != least || !(std::abs(scale - 1.0f / 256) <= 0.001f / 256))
    refuse_tensor(
        step, step.result,
        fmt::format("scale {:g} and zero point {}; LiteRT's softmax gives scale 1/256 and zero point {}",
                    scale, zero_of(step.result), least));
  if (!(input_factor(step) > 1))
    refuse_tensor(step, *step.tensors[0], "its scale is too small for a softmax");
  check_line(step);
  if (step.result.shape->back() > 4096)
    file::refuse(step.operation,
                 "a softmax over more than 4096 numbers, whose sum LiteRT's kernel can't hold");
}

void operations::softmax(const Step& step, file::Value& output) {
  const int64_t count = output.shape.back();
  for (size_t i = 0; i < output.numbers.size(); i += size_t(count)) {
    const double* from = step.values[0]->numbers.data() + i;
    double* to = output.numbers.data() + i;
    if (to_floats(step))
      real_line(step, from, to, count);
    else if (step.mode == Requantise::onnx)
      onnx_line(step, from, to, count);
    else if (step.mode == Requantise::integer)
      integer_line(step, from, to, count);
    else
      floating_line(step, from, to, count);
  }
}

}  // namespace mobilith::quantised
