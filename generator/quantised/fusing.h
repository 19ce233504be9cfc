// What the parts of fuse.h share: the graph on its way.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "graph/file_error.h"
#include "graph/operations.h"
#include "quantised/two_orders.h"

namespace mobilith::quantised {

// An operation of floats that waits for its QuantizeLinear, and what is between the two: a Clip or Relu, or,
// behind a function of single numbers, operations that move them.
struct Waiting {
  const file::Operation* operation;
  const file::Operation* clip = nullptr;
  std::vector<const file::Operation*> moves{};
};

// Where a quantised operation's result goes: the type, scale and name of the tensor that QuantizeLinear
// gives.
struct Target {
  file::Tensor tensor;  // shape as the file has it
  bool image() const { return tensor.shape->size() == 4; }
};

class Fusing {
 public:
  explicit Fusing(const file::Graph& graph);
  file::Graph run();

  // The old graph's tensor in the new one: numbers of bytes that say their scale, or floats. Throws
  // file::Error where it is not there, as an operation's that waits.
  Orders& at(const file::Operation&, int old);
  // The same, of bytes with a scale.
  Orders& bytes(const file::Operation&, int old);
  const file::Tensor& tensor(const Orders& of) const { return orders_.tensor(of); }
  const file::Graph& from() const { return from_; }
  TwoOrders& orders() { return orders_; }

 private:
  void input(int old);
  void take(const file::Operation&);
  void quantise(const file::Operation&), dequantise(const file::Operation&);
  void wait(const file::Operation&), wait_for_clip(const file::Operation&);
  Orders fuse(const Waiting&, Target);
  bool moves_waiting(const file::Operation&);
  void move(const file::Operation&), transpose(const file::Operation&), pad(const file::Operation&);
  void pool(const file::Operation&);
  Orders constant(int old);
  int output(int old);
  bool ends_alone(int old) const { return readers_[size_t(old)] == 1; }

  const file::Graph& from_;
  TwoOrders orders_{};
  std::map<int, Orders> at_{};
  std::map<int, Waiting> waiting_{};
  std::vector<int> readers_;  // of each old tensor; a graph's output has one more
};

// The operation of whole numbers that computes what waits, into the target. fused_products.cpp,
// fused_functions.cpp
Orders fuse_convolution(Fusing&, const file::Operation&, const Target&);
Orders fuse_gemm(Fusing&, const file::Operation&, const Target&);
Orders fuse_sum(Fusing&, const file::Operation&, const Target&);
Orders fuse_function(Fusing&, const file::Operation&, const Target&);
Orders fuse_mean(Fusing&, const file::Operation&, const Target&);
Orders fuse_softmax(Fusing&, const file::Operation&, const Target&);
Orders fuse_concatenation(Fusing&, const file::Operation&, const Target&);

// The bytes of `of` as the target's: the same tensor, or another that is brought to the target's scale.
Orders requantised(Fusing&, const file::Operation&, Orders& of, const Target&);

// Throws file::Error unless the target's range is within the clip's.
void expect_redundant(const Fusing&, const file::Operation& clip, const Target&);

// A clip's bounds, of its settings or its constants.
file::Clamp bounds_of_clip(const file::Graph&, const file::Operation& clip);

[[noreturn]] void refuse_floats(const file::Operation&, std::string_view why);

}  // namespace mobilith::quantised
