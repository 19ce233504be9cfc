#include "models/image_scaling.h"

#include <algorithm>
#include <cmath>

#include "models/normal_graph.h"

namespace mobilith {

namespace {

using Kind = file::OperationKind;

// Of one operation; empty: it is no scaling.
Scaling scaling_of(const NormalGraph& graph, const file::Operation& op) {
  for (size_t i = 1; i < op.inputs.size(); i++)
    if (!graph.is_constant(op.inputs[i])) return {};
  if ((op.kind == Kind::add || op.kind == Kind::multiply) && op.inputs.size() == 2) {
    const std::vector<double> numbers = graph.numbers(op.inputs[1]);
    const bool adds = op.kind == Kind::add;
    return {adds ? std::vector<double>(numbers.size(), 1) : numbers,
            adds ? numbers : std::vector<double>(numbers.size(), 0)};
  }
  if (op.kind != Kind::batch_norm || op.inputs.size() != 5) return {};
  const auto gamma = graph.numbers(op.inputs[1]), beta = graph.numbers(op.inputs[2]),
             mean = graph.numbers(op.inputs[3]), variance = graph.numbers(op.inputs[4]);
  Scaling scaling;
  for (size_t c = 0; c < gamma.size(); c++) {
    const double epsilon = std::get<file::BatchNorm>(op.attributes).epsilon;
    scaling.scale.push_back(gamma[c] / std::sqrt(variance[c] + epsilon));
    scaling.shift.push_back(beta[c] - mean[c] * scaling.scale[c]);
  }
  return scaling;
}

}  // namespace

ImageScaling image_scaling(const file::Graph& from) {
  const NormalGraph graph(from);
  ImageScaling all;
  if (from.inputs.size() != 1) return all;
  for (int reader, at = from.inputs[0]; (reader = graph.sole_reader(at)) >= 0; at = graph.output_of(reader)) {
    const file::Operation& op = graph.operation(reader);
    if (op.kind == Kind::transpose || op.kind == Kind::reshape) continue;
    Scaling next = scaling_of(graph, op);
    if (next.scale.empty()) break;
    if (all.scale.empty()) all.scale = {1}, all.shift = {0};
    const size_t channels = std::max(next.scale.size(), all.scale.size());
    for (std::vector<double>* values : {&next.scale, &next.shift, &all.scale, &all.shift})
      if (values->size() == 1) values->resize(channels, values->front());
    if (next.scale.size() != all.scale.size()) break;
    for (size_t c = 0; c < channels; c++) {
      all.scale[c] *= next.scale[c];
      all.shift[c] = all.shift[c] * next.scale[c] + next.shift[c];
    }
    all.trained |= op.kind == Kind::batch_norm;
  }
  return all;
}

std::optional<PixelRange> pixel_range(const ImageScaling& scaling) {
  constexpr double widest = 20;
  double largest = 0, mean = 0;  // the pixel that becomes 0, of the channel where it is largest
  for (size_t c = 0; c < scaling.scale.size(); c++) {
    largest = std::max(largest, std::abs(scaling.scale[c]));
    if (scaling.scale[c] != 0) mean = std::max(mean, -scaling.shift[c] / scaling.scale[c]);
  }
  if (largest == 0) return std::nullopt;
  if (largest * 255 <= widest || mean > 2) return PixelRange{0, 255};
  if (mean > 0.25 && !scaling.trained) return PixelRange{0, 1};
  return std::nullopt;
}

}  // namespace mobilith
