// Parts of tensors: every so many elements from one place to another along each axis.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "graph/operations.h"

namespace mobilith::file {

namespace {

struct Range {
  int64_t begin = 0, step = 1, count = 0;
  bool dropped = false;  // the axis is not in the result
};

// begin and end as NumPy means them; nothing: as far as it goes.
Range range_of(const Operation& operation, int64_t extent, std::optional<int64_t> begin,
               std::optional<int64_t> end, int64_t step) {
  if (step == 0 || std::abs(step) > 1 << 24) refuse(operation, fmt::format("a step of {}", step));
  const int64_t least = step > 0 ? 0 : -1, most = step > 0 ? extent : extent - 1;
  const auto place = [&](std::optional<int64_t> at, int64_t otherwise) {
    if (!at) return otherwise;
    return std::clamp(*at < 0 ? *at + extent : *at, least, most);
  };
  const int64_t from = place(begin, step > 0 ? 0 : extent - 1), to = place(end, step > 0 ? extent : -1);
  const int64_t distance = step > 0 ? to - from : from - to, width = std::abs(step);
  return {from, step, distance > 0 ? (distance + width - 1) / width : 0};
}

std::vector<Range> slice_ranges(const Call& call) {
  const Extents& shape = call.in(0).shape;
  const auto begins = call.whole_numbers(1), ends = call.whole_numbers(2);
  std::vector<int64_t> axes(begins.size()), steps(begins.size(), 1);
  std::iota(axes.begin(), axes.end(), 0);
  if (call.has(3)) axes = call.whole_numbers(3);
  if (call.has(4)) steps = call.whole_numbers(4);
  if (ends.size() != begins.size() || axes.size() != begins.size() || steps.size() != begins.size())
    refuse(call.operation, "begins, ends, axes and steps are not equally many");
  axes = from_front(call.operation, axes, shape.size());
  std::vector<Range> ranges;
  for (const int64_t extent : shape) ranges.push_back({0, 1, extent});
  for (size_t i = 0; i < axes.size(); ++i)
    ranges[axes[i]] = range_of(call.operation, shape[axes[i]], begins[i], ends[i], steps[i]);
  return ranges;
}

std::vector<Range> strided_ranges(const Call& call) {
  const auto& settings = call.settings<StridedSlice>();
  const Extents& shape = call.in(0).shape;
  const auto begins = call.whole_numbers(1), ends = call.whole_numbers(2), steps = call.whole_numbers(3);
  if (begins.size() > shape.size() || ends.size() != begins.size() || steps.size() != begins.size())
    refuse(call.operation, "begins, ends and strides are not as many as axes");
  std::vector<Range> ranges;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i >= begins.size()) {
      ranges.push_back({0, 1, shape[i]});
      continue;
    }
    const uint32_t bit = uint32_t(1) << i;
    if (settings.shrink_mask & bit) {
      const int64_t place = begins[i] < 0 ? begins[i] + shape[i] : begins[i];
      if (place < 0 || place >= shape[i])
        refuse(call.operation, fmt::format("index {} of {}", begins[i], shape[i]));
      ranges.push_back({place, 1, 1, true});
      continue;
    }
    ranges.push_back(range_of(call.operation, shape[i],
                              settings.begin_mask & bit ? std::nullopt : std::optional(begins[i]),
                              settings.end_mask & bit ? std::nullopt : std::optional(ends[i]), steps[i]));
  }
  return ranges;
}

Outcome outcome_of(const Call& call, const std::vector<Range>& ranges) {
  Extents shape;
  for (const Range& range : ranges)
    if (!range.dropped) shape.push_back(range.count);
  return {shape, call.in(0).type};
}

void take(const Call& call, const std::vector<Range>& ranges, Value& output) {
  const Extents& shape = call.in(0).shape;
  std::vector<int64_t> index(shape.size()), steps(shape.size());
  int64_t step = 1;
  for (size_t i = shape.size(); i-- > 0; step *= shape[i]) steps[i] = step;
  for (double& value : output.numbers) {
    int64_t place = 0;
    for (size_t i = 0; i < shape.size(); ++i)
      place += (ranges[i].begin + index[i] * ranges[i].step) * steps[i];
    value = call.in(0).numbers[place];
    for (size_t i = shape.size(); i-- > 0; index[i] = 0)
      if (++index[i] < ranges[i].count) break;
  }
}

}  // namespace

Outcome operations::slice_outcome(const Call& call) { return outcome_of(call, slice_ranges(call)); }
void operations::slice(const Call& call, Value& output) { take(call, slice_ranges(call), output); }
Outcome operations::strided_slice_outcome(const Call& call) { return outcome_of(call, strided_ranges(call)); }
void operations::strided_slice(const Call& call, Value& output) { take(call, strided_ranges(call), output); }

}  // namespace mobilith::file
