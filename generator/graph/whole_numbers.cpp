// Between real and whole numbers, and the whole numbers that shapes are computed with.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "graph/operations.h"

namespace mobilith::file {

namespace {

// For element i of input 0, which element of scale and zero point is meant.
class Scales {
 public:
  explicit Scales(const Call& call) {
    const Extents& shape = call.in(0).shape;
    count_ = elements(call.in(1).shape, "scale");
    // One of each is one, with an axis or without.
    const bool one = count_ == 1 && call.has(2) && elements(call.in(2).shape, "zero point") == 1;
    if (call.has(2) && call.in(2).shape != call.in(1).shape && !one)
      refuse(call.operation, "scale and zero point of different shapes");
    if (call.in(1).shape.empty() || (call.in(1).shape == Extents{1})) return;
    const int64_t axis = from_front(call.operation, {call.settings<Quantise>().axis}, shape.size())[0];
    if (call.in(1).shape != Extents{shape[axis]})
      refuse(call.operation,
             fmt::format("{} scales along axis {} of {}", text_of(call.in(1).shape), axis, text_of(shape)));
    for (size_t i = axis + 1; i < shape.size(); ++i) inner_ *= shape[i];
  }
  size_t of(size_t i) const { return count_ == 1 ? 0 : i / inner_ % count_; }

 private:
  int64_t count_, inner_ = 1;
};

}  // namespace

Outcome operations::quantise_outcome(const Call& call) {
  const Scales scales(call);
  if (is_whole(call.in(0).type) || is_whole(call.in(1).type))
    refuse(call.operation, "expected floats and a float scale");
  const ElementType type = call.has(2) ? call.in(2).type : ElementType::u8;
  if (!is_whole(type)) refuse(call.operation, "expected a whole zero point");
  return {call.in(0).shape, type};
}

void operations::quantise(const Call& call, Value& output) {
  const Scales scales(call);
  const auto [least, most] = range_of(output.type);
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const double zero = call.has(2) ? call.in(2).numbers[scales.of(i)] : 0;
    // Ties go to even, as the standard says and as the rounding mode is.
    const double whole = std::nearbyint(call.in(0).numbers[i] / call.in(1).numbers[scales.of(i)]) + zero;
    output.numbers[i] = clamped(whole, {least, most});
  }
}

Outcome operations::dequantise_outcome(const Call& call) {
  const Scales scales(call);
  if (!is_whole(call.in(0).type) || is_whole(call.in(1).type))
    refuse(call.operation, "expected whole numbers and a float scale");
  if (call.has(2) && call.in(2).type != call.in(0).type)
    refuse(call.operation, "a zero point of another type");
  return {call.in(0).shape, ElementType::f32};
}

void operations::dequantise(const Call& call, Value& output) {
  const Scales scales(call);
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const double zero = call.has(2) ? call.in(2).numbers[scales.of(i)] : 0;
    output.numbers[i] = (call.in(0).numbers[i] - zero) * call.in(1).numbers[scales.of(i)];
  }
}

// The numbers mean what they mean, however they are stored; infer.cpp compares with what the output can be.
Outcome operations::requantise_outcome(const Call& call) {
  expect_real(call);
  return {call.in(0).shape, ElementType::f32};
}

Outcome operations::cast_outcome(const Call& call) {
  const ElementType to = call.settings<Cast>().to;
  return {call.in(0).shape, is_whole(to) ? to : ElementType::f32};
}

// Floats of all widths stay the real numbers that they are.
void operations::cast(const Call& call, Value& output) {
  const auto [least, most] = range_of(output.type);
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    double x = call.in(0).numbers[i];
    if (output.type == ElementType::boolean)
      x = x != 0;
    else if (is_whole(output.type))
      x = std::trunc(x);
    if (is_whole(output.type) && !(x >= least && x <= most))
      refuse(call.operation, fmt::format("{} is no {}", x, name_of(output.type)));
    output.numbers[i] = x;
  }
}

namespace {

// Where a count from the end may be given, within the extent.
int64_t bounded(int64_t place, int64_t extent) {
  return std::clamp<int64_t>(place < 0 ? place + extent : place, 0, extent);
}

}  // namespace

Outcome operations::shape_outcome(const Call& call) {
  const auto& [begin, end, type] = call.settings<ShapeOf>();
  const int64_t rank = int64_t(call.in(0).shape.size());
  return {{std::max<int64_t>(bounded(end.value_or(rank), rank) - bounded(begin, rank), 0)}, type};
}

void operations::shape(const Call& call, Value& output) {
  const Extents& shape = call.in(0).shape;
  const int64_t begin = bounded(call.settings<ShapeOf>().begin, int64_t(shape.size()));
  for (size_t i = 0; i < output.numbers.size(); ++i) output.numbers[i] = double(shape[begin + i]);
}

Outcome operations::gather_outcome(const Call& call) {
  const Extents &from = call.in(0).shape, &at = call.in(1).shape;
  const int64_t axis = from_front(call.operation, {call.settings<Axis>().axis}, from.size())[0];
  call.whole_numbers(1);
  Extents shape(from.begin(), from.begin() + axis);
  shape.insert(shape.end(), at.begin(), at.end());
  shape.insert(shape.end(), from.begin() + axis + 1, from.end());
  return {shape, call.in(0).type};
}

void operations::gather(const Call& call, Value& output) {
  const Extents& from = call.in(0).shape;
  const int64_t axis = from_front(call.operation, {call.settings<Axis>().axis}, from.size())[0];
  const int64_t outer = elements({from.begin(), from.begin() + axis}, "outer");
  const int64_t inner = elements({from.begin() + axis + 1, from.end()}, "inner");
  auto to = output.numbers.begin();
  const auto places = call.whole_numbers(1);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t place : places) {
      if (place < 0) place += from[axis];
      if (place < 0 || place >= from[axis])
        refuse(call.operation, fmt::format("index {} of {}", place, from[axis]));
      to = std::copy_n(call.in(0).numbers.begin() + (o * from[axis] + place) * inner, inner, to);
    }
}

}  // namespace mobilith::file
