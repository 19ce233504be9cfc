#include "state_dicts/strided.h"

#include <fmt/format.h>

#include <algorithm>

#include "graph/file_error.h"

namespace mobilith::file {

namespace {

constexpr size_t most_axes = 8;

}  // namespace

int64_t check_view(const NamedTensor& tensor) {
  const auto fail = [&](const std::string& what) {
    throw Error(fmt::format("tensor {}: {}", quoted(tensor.name), what));
  };
  const auto outside = [&](int64_t stored) {
    fail(fmt::format("reaches past the {} numbers that are stored", stored));
  };
  if (tensor.shape.size() > most_axes) fail(fmt::format("has {} axes", tensor.shape.size()));
  if (tensor.strides.size() != tensor.shape.size())
    fail(fmt::format("has {} axes, and strides for {}", tensor.shape.size(), tensor.strides.size()));
  const int64_t stored = int64_t(tensor.storage.bytes.size()) / width_of(tensor.type);
  int64_t numbers = 1, last = tensor.offset;
  if (tensor.offset < 0 || tensor.offset > stored)
    fail(fmt::format("begins at {} of {}", tensor.offset, stored));
  for (const int64_t extent : tensor.shape) {
    if (extent < 0) fail(fmt::format("has the extent {}", extent));
    if (extent > most_numbers || (numbers *= extent) > most_numbers) fail("has more than 2^28 numbers");
  }
  if (numbers == 0) return 0;
  for (size_t i = 0; i < tensor.shape.size(); i++) {
    const int64_t steps = tensor.shape[i] - 1, stride = tensor.strides[i];
    if (stride < 0) fail(fmt::format("has the stride {}", stride));
    // Compared before it is multiplied: the file may say any number.
    if (steps > 0 && stride > stored / steps) outside(stored);
    if (steps > 0) last += steps * stride;
  }
  if (last >= stored) outside(stored);
  return numbers;
}

std::vector<int64_t> row_major(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * std::max<int64_t>(shape[i], 1);
  return strides;
}

std::vector<double> values(const NamedTensor& tensor) {
  const int64_t numbers = check_view(tensor);
  const int width = width_of(tensor.type);
  std::vector<double> all;
  all.reserve(size_t(numbers));
  std::vector<int64_t> index(tensor.shape.size(), 0);
  int64_t place = tensor.offset;
  while (int64_t(all.size()) < numbers) {
    all.push_back(element(tensor.type, tensor.storage.bytes.data() + place * width));
    // The next index: the last axis runs fastest.
    for (size_t axis = index.size(); axis-- > 0;) {
      place += tensor.strides[axis];
      if (++index[axis] < tensor.shape[axis]) break;
      place -= tensor.strides[axis] * tensor.shape[axis];
      index[axis] = 0;
    }
  }
  return all;
}

}  // namespace mobilith::file
