// What is computed along axes: softmax, norms, means and maxima.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "graph/operations.h"

namespace mobilith::file {

namespace {

// A tensor as (outer, along, inner).
struct Lines {
  int64_t outer = 1, along = 1, inner = 1;
};

Lines lines_of(const Extents& shape, int64_t axis, bool flatten) {
  Lines lines;
  for (size_t i = 0; i < shape.size(); ++i)
    (int64_t(i) < axis ? lines.outer : int64_t(i) == axis || flatten ? lines.along : lines.inner) *= shape[i];
  return lines;
}

// Calls function(first, step, count) for each line.
template <class Function>
void for_each_line(const Lines& lines, Function function) {
  for (int64_t o = 0; o < lines.outer; ++o)
    for (int64_t i = 0; i < lines.inner; ++i)
      function(o * lines.along * lines.inner + i, lines.inner, lines.along);
}

int64_t axis_of(const Call& call) {
  const auto* softmax = std::get_if<Softmax>(&call.operation.attributes);
  const int64_t axis = softmax ? softmax->axis : call.settings<Normalise>().axis;
  const size_t rank = call.in(0).shape.size();
  if (softmax && softmax->flatten && axis == int64_t(rank)) return axis;  // lines of one element
  return from_front(call.operation, {axis}, rank)[0];
}

std::vector<int64_t> reduced_axes(const Call& call) {
  const auto& settings = call.settings<Reduce>();
  const size_t rank = call.in(0).shape.size();
  if (settings.rank && size_t(settings.rank) != rank)
    refuse(call.operation, fmt::format("expected {} axes, got {}", settings.rank, text_of(call.in(0).shape)));
  std::vector<int64_t> axes;
  if (settings.axes)
    axes = *settings.axes;
  else if (call.has(1))
    axes = call.whole_numbers(1);
  if (axes.empty() && !settings.none_if_empty) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  return from_front(call.operation, axes, rank);
}

}  // namespace

Outcome operations::softmax_outcome(const Call& call) {
  expect_real(call);
  axis_of(call);
  return {call.in(0).shape, ElementType::f32};
}

void operations::softmax(const Call& call, Value& output) {
  const auto& settings = call.settings<Softmax>();
  const std::vector<double>& x = call.in(0).numbers;
  for_each_line(lines_of(call.in(0).shape, axis_of(call), settings.flatten), [&](int64_t first, int64_t step,
                                                                                 int64_t count) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t k = 0; k < count; ++k) largest = std::max(largest, settings.beta * x[first + k * step]);
    for (int64_t k = 0; k < count; ++k)
      sum += output.numbers[first + k * step] = std::exp(settings.beta * x[first + k * step] - largest);
    for (int64_t k = 0; k < count; ++k) output.numbers[first + k * step] /= sum;
  });
}

void operations::log_softmax(const Call& call, Value& output) {
  const auto& settings = call.settings<Softmax>();
  const std::vector<double>& x = call.in(0).numbers;
  for_each_line(lines_of(call.in(0).shape, axis_of(call), settings.flatten),
                [&](int64_t first, int64_t step, int64_t count) {
                  double largest = -std::numeric_limits<double>::infinity(), sum = 0;
                  for (int64_t k = 0; k < count; ++k) largest = std::max(largest, x[first + k * step]);
                  for (int64_t k = 0; k < count; ++k) sum += std::exp(x[first + k * step] - largest);
                  for (int64_t k = 0; k < count; ++k)
                    output.numbers[first + k * step] = x[first + k * step] - largest - std::log(sum);
                });
}

void operations::l2_normalise(const Call& call, Value& output) {
  const std::vector<double>& x = call.in(0).numbers;
  for_each_line(lines_of(call.in(0).shape, axis_of(call), false),
                [&](int64_t first, int64_t step, int64_t count) {
                  double sum = 0;
                  for (int64_t k = 0; k < count; ++k) sum += x[first + k * step] * x[first + k * step];
                  const double norm = std::max(std::sqrt(sum), call.settings<Normalise>().least);
                  for (int64_t k = 0; k < count; ++k)
                    output.numbers[first + k * step] = norm == 0 ? 0 : x[first + k * step] / norm;
                });
}

Outcome operations::reduce_outcome(const Call& call) {
  if (is_whole(call.in(0).type)) refuse(call.operation, "a reduction of whole numbers");
  const auto axes = reduced_axes(call);
  Extents shape;
  for (size_t i = 0; i < call.in(0).shape.size(); ++i) {
    const bool reduced = std::find(axes.begin(), axes.end(), int64_t(i)) != axes.end();
    if (reduced && call.in(0).shape[i] == 0) refuse(call.operation, "a reduction of nothing");
    if (!reduced)
      shape.push_back(call.in(0).shape[i]);
    else if (call.settings<Reduce>().keep_axes)
      shape.push_back(1);
  }
  return {shape, ElementType::f32};
}

void operations::reduce(const Call& call, Value& output) {
  const auto& settings = call.settings<Reduce>();
  const Extents& shape = call.in(0).shape;
  const auto axes = reduced_axes(call);
  std::vector<int64_t> steps(shape.size(), 0);  // in the output; 0 along reduced axes
  int64_t step = 1, count = 1;
  for (size_t i = shape.size(); i-- > 0;)
    if (std::find(axes.begin(), axes.end(), int64_t(i)) == axes.end()) {
      steps[i] = step;
      step *= shape[i];
    } else {
      count *= shape[i];
    }
  const bool mean = settings.what == Reduction::mean;
  if (!mean)
    std::fill(output.numbers.begin(), output.numbers.end(), -std::numeric_limits<double>::infinity());
  std::vector<int64_t> index(shape.size());
  for (const double x : call.in(0).numbers) {
    double& to = output.numbers[std::inner_product(index.begin(), index.end(), steps.begin(), int64_t(0))];
    to = mean ? to + x : std::max(to, x);
    for (size_t i = shape.size(); i-- > 0; index[i] = 0)
      if (++index[i] < shape[i]) break;
  }
  if (mean)
    for (double& value : output.numbers) value /= double(count);
}

}  // namespace mobilith::file
