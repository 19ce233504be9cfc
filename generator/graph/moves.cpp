// The same numbers in another shape, order or place.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "graph/operations.h"

namespace mobilith::file {

namespace {

int64_t count_of(const Extents& shape) { return elements(shape, "shape"); }

std::vector<int64_t> axes_of(const Call& call, size_t rank) {
  const auto& settings = call.settings<Axes>();
  return from_front(call.operation, settings.axes ? *settings.axes : call.whole_numbers(1), rank);
}

bool contains(const std::vector<int64_t>& axes, size_t axis) {
  return std::find(axes.begin(), axes.end(), int64_t(axis)) != axes.end();
}

}  // namespace

Outcome operations::same_as_first(const Call& call) { return {call.in(0).shape, call.in(0).type}; }

void operations::copy(const Call& call, Value& output) { output.numbers = call.in(0).numbers; }

Outcome operations::reshape_outcome(const Call& call) {
  const auto& settings = call.settings<Reshape>();
  const Extents& from = call.in(0).shape;
  Extents shape = settings.shape ? *settings.shape : call.whole_numbers(1);
  const std::string asked = text_of(shape);
  if (shape.size() > 8) refuse(call.operation, "a shape of more than 8 axes");
  int64_t* open = nullptr;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && settings.zero_copies && i < from.size()) shape[i] = from[i];
    if (shape[i] != -1) continue;
    if (open) refuse(call.operation, fmt::format("two open extents in {}", asked));
    open = &shape[i];
    *open = 1;
  }
  const int64_t all = count_of(from), rest = elements(shape, place_of(call.operation));
  if (open && rest > 0) *open = all / rest;
  if (elements(shape, place_of(call.operation)) != all)
    refuse(call.operation, fmt::format("{} as {}", text_of(from), asked));
  return {shape, call.in(0).type};
}

Outcome operations::flatten_outcome(const Call& call) {
  const Extents& from = call.in(0).shape;
  int64_t axis = call.settings<Axis>().axis;
  if (axis < 0) axis += int64_t(from.size());
  if (axis < 0 || axis > int64_t(from.size()))
    refuse(call.operation, fmt::format("axis {} of {}", call.settings<Axis>().axis, text_of(from)));
  const int64_t rows = count_of({from.begin(), from.begin() + axis});
  return {{rows, count_of({from.begin() + axis, from.end()})}, call.in(0).type};
}

Outcome operations::squeeze_outcome(const Call& call) {
  const Extents& from = call.in(0).shape;
  const bool all = !call.settings<Axes>().axes && !call.has(1);
  const auto axes = all ? std::vector<int64_t>{} : axes_of(call, from.size());
  Extents shape;
  for (size_t i = 0; i < from.size(); ++i) {
    if (contains(axes, i) && from[i] != 1)
      refuse(call.operation, fmt::format("axis {} of {} is not 1", i, text_of(from)));
    if (!contains(axes, i) && !(all && from[i] == 1)) shape.push_back(from[i]);
  }
  return {shape, call.in(0).type};
}

Outcome operations::unsqueeze_outcome(const Call& call) {
  const Extents& from = call.in(0).shape;
  const auto& settings = call.settings<Axes>();
  const size_t rank = from.size() + (settings.axes ? *settings.axes : call.whole_numbers(1)).size();
  if (rank > 8) refuse(call.operation, "more than 8 axes");
  const auto axes = axes_of(call, rank);
  Extents shape;
  for (size_t i = 0, next = 0; i < rank; ++i) shape.push_back(contains(axes, i) ? 1 : from[next++]);
  return {shape, call.in(0).type};
}

namespace {

std::vector<int64_t> order_of(const Call& call) {
  const auto& settings = call.settings<Transpose>();
  const size_t rank = call.in(0).shape.size();
  std::vector<int64_t> order(rank);
  if (settings.axes)
    order = *settings.axes;
  else if (call.has(1))
    order = call.whole_numbers(1);
  else
    for (size_t i = 0; i < rank; ++i) order[i] = int64_t(rank - 1 - i);
  order = from_front(call.operation, order, rank);
  if (order.size() != rank)
    refuse(call.operation, fmt::format("{} axes put in order, of {}", order.size(), rank));
  return order;
}

// Steps of a dense tensor's axes.
std::vector<int64_t> steps_of(const Extents& shape) {
  std::vector<int64_t> steps(shape.size());
  int64_t step = 1;
  for (size_t i = shape.size(); i-- > 0; step *= shape[i]) steps[i] = step;
  return steps;
}

// Calls function(index) for each index of the shape, in order.
template <class Function>
void for_each_index(const Extents& shape, Function function) {
  std::vector<int64_t> index(shape.size());
  for (int64_t n = count_of(shape); n > 0; --n) {
    function(index);
    for (size_t i = shape.size(); i-- > 0; index[i] = 0)
      if (++index[i] < shape[i]) break;
  }
}

}  // namespace

Outcome operations::transpose_outcome(const Call& call) {
  Extents shape;
  for (const int64_t axis : order_of(call)) shape.push_back(call.in(0).shape[axis]);
  return {shape, call.in(0).type};
}

void operations::transpose(const Call& call, Value& output) {
  const auto order = order_of(call);
  const auto from = steps_of(call.in(0).shape);
  size_t next = 0;
  for_each_index(output.shape, [&](const std::vector<int64_t>& index) {
    int64_t place = 0;
    for (size_t i = 0; i < index.size(); ++i) place += index[i] * from[order[i]];
    output.numbers[next++] = call.in(0).numbers[place];
  });
}

namespace {

struct Pads {
  std::vector<int64_t> before, after;
};

Pads pads_of(const Call& call) {
  const auto& settings = call.settings<Pad>();
  const size_t rank = call.in(0).shape.size();
  const auto numbers = settings.pads ? *settings.pads : call.whole_numbers(1);
  std::vector<int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (call.has(3)) axes = from_front(call.operation, call.whole_numbers(3), rank);
  if (numbers.size() != 2 * axes.size())
    refuse(call.operation, fmt::format("{} pads for {} axes", numbers.size(), axes.size()));
  Pads pads{std::vector<int64_t>(rank), std::vector<int64_t>(rank)};
  for (size_t i = 0; i < axes.size(); ++i) {
    pads.before[axes[i]] = settings.interleaved ? numbers[2 * i] : numbers[i];
    pads.after[axes[i]] = settings.interleaved ? numbers[2 * i + 1] : numbers[axes.size() + i];
  }
  for (size_t i = 0; i < rank; ++i)
    for (const int64_t n : {pads.before[i], pads.after[i]})
      if (n < 0 || n > 1 << 24) refuse(call.operation, fmt::format("a pad of {}", n));
  return pads;
}

}  // namespace

Outcome operations::pad_outcome(const Call& call) {
  const Pads pads = pads_of(call);
  Extents shape = call.in(0).shape;
  for (size_t i = 0; i < shape.size(); ++i) shape[i] += pads.before[i] + pads.after[i];
  return {shape, call.in(0).type};
}

void operations::pad(const Call& call, Value& output) {
  const Pads pads = pads_of(call);
  std::fill(output.numbers.begin(), output.numbers.end(),
            call.has(2) ? call.scalar(2) : call.settings<Pad>().value);
  const auto steps = steps_of(output.shape);
  size_t next = 0;
  for_each_index(call.in(0).shape, [&](const std::vector<int64_t>& index) {
    int64_t place = 0;
    for (size_t i = 0; i < index.size(); ++i) place += (index[i] + pads.before[i]) * steps[i];
    output.numbers[place] = call.in(0).numbers[next++];
  });
}

Outcome operations::concatenate_outcome(const Call& call) {
  Extents shape = call.in(0).shape;
  const int64_t axis = from_front(call.operation, {call.settings<Axis>().axis}, shape.size())[0];
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    if (!call.has(i) || call.in(i).type != call.in(0).type || call.in(i).shape.size() != shape.size())
      refuse(call.operation, fmt::format("input {} is not like the first", i));
    for (size_t k = 0; k < shape.size(); ++k)
      if (int64_t(k) == axis)
        shape[k] += call.in(i).shape[k];
      else if (shape[k] != call.in(i).shape[k])
        refuse(call.operation,
               fmt::format("{} beside {}", text_of(call.in(0).shape), text_of(call.in(i).shape)));
  }
  return {shape, call.in(0).type};
}

void operations::concatenate(const Call& call, Value& output) {
  const auto& settings = call.settings<Axis>();
  const int64_t axis = from_front(call.operation, {settings.axis}, output.shape.size())[0];
  const int64_t outer = count_of({output.shape.begin(), output.shape.begin() + axis});
  auto to = output.numbers.begin();
  for (int64_t o = 0; o < outer; ++o)
    for (const Value* input : call.inputs) {
      const int64_t line = int64_t(input->numbers.size()) / outer;
      to = std::copy_n(input->numbers.begin() + o * line, line, to);
    }
  for (double& value : output.numbers) value = clamped(value, settings.fused);
}

Outcome operations::pack_outcome(const Call& call) {
  Extents shape = call.in(0).shape;
  for (size_t i = 1; i < call.inputs.size(); ++i)
    if (!call.has(i) || call.in(i).type != call.in(0).type || call.in(i).shape != shape)
      refuse(call.operation, fmt::format("input {} is not like the first", i));
  const int64_t axis = from_front(call.operation, {call.settings<Axis>().axis}, shape.size() + 1)[0];
  shape.insert(shape.begin() + axis, int64_t(call.inputs.size()));
  return {shape, call.in(0).type};
}

void operations::pack(const Call& call, Value& output) {
  const int64_t axis = from_front(call.operation, {call.settings<Axis>().axis}, output.shape.size())[0];
  const int64_t outer = count_of({output.shape.begin(), output.shape.begin() + axis});
  auto to = output.numbers.begin();
  for (int64_t o = 0; o < outer; ++o)
    for (const Value* input : call.inputs) {
      const int64_t line = int64_t(input->numbers.size()) / outer;
      to = std::copy_n(input->numbers.begin() + o * line, line, to);
    }
}

}  // namespace mobilith::file
