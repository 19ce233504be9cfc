// What is computed of each element alone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "graph/operations.h"

namespace mobilith::file {

Extents broadcast(const Call& call) {
  Extents shape;
  for (const Value* input : call.inputs) {
    const Extents& s = input->shape;
    if (s.size() > shape.size()) shape.insert(shape.begin(), s.size() - shape.size(), 1);
    for (size_t i = 0; i < s.size(); ++i) {
      int64_t& extent = shape[shape.size() - s.size() + i];
      if (extent == 1)
        extent = s[i];
      else if (s[i] != 1 && s[i] != extent)
        refuse(call.operation,
               fmt::format("shapes that don't fit each other: {} and {}", text_of(shape), text_of(s)));
    }
  }
  return shape;
}

namespace {

// For each element of `shape`, in order, where in a tensor of shape `s` it is read.
class Reading {
 public:
  Reading(const Extents& s, const Extents& shape)
      : shape_(shape), index_(shape.size()), steps_(shape.size()) {
    int64_t step = 1;
    for (size_t i = s.size(); i-- > 0; step *= s[i])
      steps_[shape.size() - s.size() + i] = s[i] == 1 ? 0 : step;
  }
  int64_t place() const { return place_; }
  void next() {
    for (size_t i = shape_.size(); i-- > 0;) {
      place_ += steps_[i];
      if (++index_[i] < shape_[i]) return;
      place_ -= steps_[i] * shape_[i];
      index_[i] = 0;
    }
  }

 private:
  const Extents& shape_;
  std::vector<int64_t> index_, steps_;
  int64_t place_ = 0;
};

// output = function(function(input 0, input 1), input 2)...
template <class Function>
void fold(const Call& call, Value& output, Function function) {
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    Reading reading(call.in(i).shape, output.shape);
    for (double& value : output.numbers) {
      const double x = call.in(i).numbers[reading.place()];
      value = i == 0 ? x : function(value, x);
      reading.next();
    }
  }
  for (double& value : output.numbers) value = clamped(value, call.settings<Elementwise>().fused);
}

template <class Function>
void map(const Call& call, Value& output, Function function) {
  std::transform(call.in(0).numbers.begin(), call.in(0).numbers.end(), output.numbers.begin(), function);
}

}  // namespace

Outcome operations::elementwise_outcome(const Call& call) {
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    if (!call.has(i)) refuse(call.operation, fmt::format("input {} is missing", i));
    if (call.in(i).type != call.in(0).type)
      refuse(call.operation,
             fmt::format("inputs of {} and {}", name_of(call.in(0).type), name_of(call.in(i).type)));
  }
  if (is_whole(call.in(0).type) && call.settings<Elementwise>().fused != Clamp{})
    refuse(call.operation, "an activation of whole numbers");
  return {broadcast(call), call.in(0).type};
}

Outcome operations::like_first(const Call& call) {
  expect_real(call);
  return {call.in(0).shape, ElementType::f32};
}

void operations::add(const Call& call, Value& output) {
  fold(call, output, [](double a, double b) { return a + b; });
}
void operations::subtract(const Call& call, Value& output) {
  fold(call, output, [](double a, double b) { return a - b; });
}
void operations::multiply(const Call& call, Value& output) {
  fold(call, output, [](double a, double b) { return a * b; });
}
void operations::divide(const Call& call, Value& output) {
  const bool whole = is_whole(output.type);
  fold(call, output, [&](double a, double b) {
    if (!whole) return a / b;
    if (b == 0) refuse(call.operation, "a division by 0");
    return std::trunc(a / b);
  });
}
void operations::minimum(const Call& call, Value& output) {
  fold(call, output, [](double a, double b) { return b < a || std::isnan(b) ? b : a; });
}
void operations::maximum(const Call& call, Value& output) {
  fold(call, output, [](double a, double b) { return b > a || std::isnan(b) ? b : a; });
}

void operations::clamp(const Call& call, Value& output) {
  Clamp bounds = call.settings<Clamp>();
  if (call.has(1)) bounds.low = call.scalar(1);
  if (call.has(2)) bounds.high = call.scalar(2);
  map(call, output, [&](double x) { return clamped(x, bounds); });
}
void operations::hard_swish(const Call& call, Value& output) {
  map(call, output, [](double x) { return x * clamped(x + 3, {0, 6}) / 6; });
}
void operations::hard_sigmoid(const Call& call, Value& output) {
  const auto& [alpha, beta] = call.settings<HardSigmoid>();
  map(call, output, [a = alpha, b = beta](double x) { return clamped(a * x + b, {0, 1}); });
}
void operations::sigmoid(const Call& call, Value& output) {
  map(call, output, [](double x) { return 1 / (1 + std::exp(-x)); });
}

void operations::reciprocal_root(const Call& call, Value& output) {
  map(call, output, [](double x) { return 1 / std::sqrt(x); });
}

Outcome operations::batch_norm_outcome(const Call& call) {
  expect_real(call);
  const Extents& shape = call.in(0).shape;
  const int64_t axis = call.settings<BatchNorm>().axis;
  if (shape.size() < 2 || axis < 0 || axis >= int64_t(shape.size()))
    refuse(call.operation, fmt::format("a batch norm of {}", text_of(shape)));
  for (size_t i = 1; i < 5; ++i)
    if (call.in(i).shape != Extents{shape[axis]})
      refuse(call.operation,
             fmt::format("input {} is {}, for {} channels", i, text_of(call.in(i).shape), shape[axis]));
  return {shape, ElementType::f32};
}

void operations::batch_norm(const Call& call, Value& output) {
  const Extents& shape = call.in(0).shape;
  const auto& [epsilon, axis] = call.settings<BatchNorm>();
  int64_t inner = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
  for (size_t i = 0; i < output.numbers.size(); ++i) {
    const size_t c = i / inner % shape[axis];
    const double deviation = std::sqrt(call.in(4).numbers[c] + epsilon);
    output.numbers[i] = (call.in(0).numbers[i] - call.in(3).numbers[c]) / deviation * call.in(1).numbers[c] +
                        call.in(2).numbers[c];
  }
}

}  // namespace mobilith::file
