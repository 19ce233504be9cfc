#include "quantised/two_orders.h"

#include <algorithm>
#include <numeric>

#include "graph/file_error.h"
#include "graph/value.h"

namespace mobilith::quantised {

using file::Extents;
using file::OperationKind;
using file::Tensor;

namespace {

const std::vector<int64_t> to_last{0, 2, 3, 1}, to_first{0, 3, 1, 2};

Extents permuted(const Extents& shape, const std::vector<int64_t>& order) {
  Extents result;
  for (const int64_t axis : order) result.push_back(shape[size_t(axis)]);
  return result;
}

}  // namespace

Extents turned_last(const Extents& shape) { return permuted(shape, to_last); }

int TwoOrders::add(Tensor tensor) {
  // A small file can name one constant many times, and each use may be made anew.
  constexpr size_t most = size_t{1} << 30;
  if (tensor.constant) constants_ += tensor.constant->view.size();
  if (constants_ > most) throw file::Error("its constants in whole numbers are more than 1 GB");
  to.tensors.push_back(std::move(tensor));
  return int(to.tensors.size()) - 1;
}

int TwoOrders::emit(const file::Operation& from, OperationKind kind, file::Attributes attributes,
                    std::vector<int> inputs, Tensor result) {
  const int output = add(std::move(result));
  to.operations.push_back({kind, from.type, from.name, std::move(inputs), {output}, std::move(attributes)});
  return output;
}

// An image of one pixel has its numbers in the same order either way.
int TwoOrders::turned(const file::Operation& asking, int from, const std::vector<int64_t>& order) {
  Tensor result = to.tensors[size_t(from)];
  result.shape = permuted(*result.shape, order);
  const Extents shape = *result.shape;
  const Extents& spatial = order == to_last ? *to.tensors[size_t(from)].shape : shape;  // (n, c, y, x)
  if (spatial[2] == 1 && spatial[3] == 1)
    return emit(asking, OperationKind::reshape, file::Reshape{.shape = shape}, {from}, std::move(result));
  return emit(asking, OperationKind::transpose, file::Transpose{order}, {from}, std::move(result));
}

int TwoOrders::first(const file::Operation& asking, Orders& of) {
  if (of.first < 0) of.first = turned(asking, of.last, to_first);
  return of.first;
}

int TwoOrders::last(const file::Operation& asking, Orders& of) {
  if (of.last < 0) of.last = turned(asking, of.first, to_last);
  return of.last;
}

Tensor permuted(const Tensor& from, const std::vector<int64_t>& order) {
  const size_t width = size_t(file::width_of(from.type));
  const Extents& shape = *from.shape;
  Tensor result = from;
  result.shape = permuted(shape, order);
  std::vector<size_t> steps(shape.size(), width);
  for (size_t i = shape.size(); i-- > 1;) steps[i - 1] = steps[i] * size_t(shape[i]);
  const auto owner = std::make_shared<std::string>();
  owner->reserve(from.constant->view.size());
  std::vector<int64_t> at(shape.size(), 0);
  for (size_t n = from.constant->view.size() / width; n > 0; --n) {
    size_t place = 0;
    for (size_t i = 0; i < at.size(); ++i) place += size_t(at[i]) * steps[size_t(order[i])];
    owner->append(from.constant->view.substr(place, width));
    for (size_t i = at.size(); i-- > 0 && ++at[i] == (*result.shape)[i];) at[i] = 0;
  }
  result.constant = file::Bytes{owner, *owner};
  const auto axis = std::find(order.begin(), order.end(), int64_t(from.quantisation.axis));
  if (from.quantisation.scales.size() > 1) result.quantisation.axis = int(axis - order.begin());
  return result;
}

}  // namespace mobilith::quantised
