#include "graph/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "graph/file_error.h"

namespace mobilith::file {

int64_t elements(const Extents& shape, const std::string& what) {
  constexpr int64_t most = int64_t(1) << 28;
  int64_t product = 1;
  bool none = false;
  for (const int64_t n : shape) {
    if (n < 0) throw Error(fmt::format("{}: an extent of {}", what, n));
    none |= n == 0;
    // Zeros don't excuse the others.
    if (n > 0 && product > most / n) throw Error(fmt::format("{}: {} is too large", what, text_of(shape)));
    product *= std::max<int64_t>(n, 1);
  }
  return none ? 0 : product;
}

std::string text_of(const Extents& shape) {
  return shape.empty() ? "no axes" : fmt::format("{}", fmt::join(shape, "x"));
}

ElementType value_type(const Tensor& tensor) {
  return is_whole(tensor.type) && tensor.quantisation.scales.empty() ? tensor.type : ElementType::f32;
}

namespace {

// Numbers as stored to what they mean.
void dequantise(const Tensor& tensor, Value& value) {
  const auto& [scales, zero_points, axis] = tensor.quantisation;
  if (scales.empty()) return;
  int64_t inner = 1;
  if (scales.size() > 1) {
    if (axis < 0 || size_t(axis) >= value.shape.size() || value.shape[axis] != int64_t(scales.size()))
      throw Error(fmt::format("tensor {}: {} scales along axis {} of {}", quoted(tensor.name), scales.size(),
                              axis, text_of(value.shape)));
    for (size_t i = axis + 1; i < value.shape.size(); ++i) inner *= value.shape[i];
  }
  for (size_t i = 0; i < value.numbers.size(); ++i) {
    const size_t at = scales.size() > 1 ? i / inner % scales.size() : 0;
    value.numbers[i] = scales[at] * (value.numbers[i] - double(zero_points[at]));
  }
}

template <class Stored>
void widen(std::string_view bytes, std::vector<double>& numbers) {
  Stored number;
  for (size_t i = 0; i < numbers.size(); ++i) {
    std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
    numbers[i] = double(number);
  }
}

// Most constants are weights: for them no call for each number.
void read_numbers(ElementType type, std::string_view bytes, std::vector<double>& numbers) {
  if (type == ElementType::f32) return widen<float>(bytes, numbers);
  if (type == ElementType::f64) return widen<double>(bytes, numbers);
  const size_t width = width_of(type);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = element(type, bytes.data() + i * width);
}

}  // namespace

Value value_of(const Tensor& tensor) {
  const std::string what = "tensor " + quoted(tensor.name);
  if (!tensor.constant || !tensor.shape) throw Error(what + ": no constant");
  const std::string_view bytes = tensor.constant->view;
  const int64_t count = elements(*tensor.shape, what);
  const int width = width_of(tensor.type);
  if (width == 0 || int64_t(bytes.size()) != count * width)
    throw Error(fmt::format("{}: {} bytes for {} of {}", what, bytes.size(), text_of(*tensor.shape),
                            name_of(tensor.type)));
  Value value{.shape = *tensor.shape, .type = value_type(tensor), .known = true};
  value.numbers.resize(count);
  read_numbers(tensor.type, bytes, value.numbers);
  dequantise(tensor, value);
  return value;
}

Tensor constant_tensor(std::string name, const Extents& shape, std::span<const double> numbers,
                       ElementType type) {
  const auto owner = std::make_shared<std::string>();
  const size_t width = width_of(type);
  const bool whole = is_whole(type);
  owner->resize(numbers.size() * width);
  char* to = owner->data();
  for (const double number : numbers) {
    const auto rounded = int64_t(whole ? number : 0);
    if (whole)
      std::memcpy(to, &rounded, width);
    else
      std::memcpy(to, &number, width);
    to += width;
  }
  return {.name = std::move(name), .type = type, .shape = shape, .constant = Bytes{owner, *owner}};
}

std::vector<int64_t> from_front(const Operation& operation, std::vector<int64_t> axes, size_t rank) {
  std::set<int64_t> seen;
  for (int64_t& axis : axes) {
    const int64_t given = axis;
    if (axis < 0) axis += int64_t(rank);
    if (axis < 0 || axis >= int64_t(rank))
      refuse(operation, fmt::format("axis {} of a tensor with {} axes", given, rank));
    if (!seen.insert(axis).second) refuse(operation, fmt::format("axis {} twice", given));
  }
  return axes;
}

}  // namespace mobilith::file
