// A graph that is made anew of another one whose images have channels first: each is there with channels
// last, too, where it is asked for.
#pragma once

#include "graph/graph.h"

namespace mobilith::quantised {

// A tensor of the new graph in one order or in both; -1: not made yet. Of a tensor without four axes only
// `first` is there.
struct Orders {
  int first = -1, last = -1;
  int any() const { return first >= 0 ? first : last; }
};

class TwoOrders {
 public:
  file::Graph to{};

  int add(file::Tensor);  // throws file::Error where constants are too many bytes
  const file::Tensor& tensor(const Orders& of) const { return to.tensors[size_t(of.any())]; }

  // Appends an operation with the type and name of `from`; its result is a new tensor. Returns that.
  int emit(const file::Operation& from, file::OperationKind, file::Attributes, std::vector<int> inputs,
           file::Tensor result);

  // The tensor as the file has it, and an image as (n, y, x, c). What is missing is made.
  int first(const file::Operation& asking, Orders&);
  int last(const file::Operation& asking, Orders&);

 private:
  size_t constants_ = 0;  // bytes

  int turned(const file::Operation& asking, int from, const std::vector<int64_t>& order);
};

// (n, c, y, x) as (n, y, x, c).
file::Extents turned_last(const file::Extents&);
// Where an axis of (n, c, y, x) is in (n, y, x, c).
inline constexpr int64_t axis_in_last[] = {0, 3, 1, 2};

// A constant whose four axes are in another order, with its scales along the axis that they were along.
file::Tensor permuted(const file::Tensor&, const std::vector<int64_t>& order);

}  // namespace mobilith::quantised
