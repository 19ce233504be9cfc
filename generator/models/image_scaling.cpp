#include "models/image_scaling.h"

#include <algorithm>
#include <cmath>

#include "models/normal_graph.h"

namespace mobilith {

Scaling image_scaling(const file::Graph& from) {
  using Kind = file::OperationKind;
  const NormalGraph graph(from);
  Scaling scaling;
  if (from.inputs.size() != 1) return scaling;
  for (int reader, at = from.inputs[0]; (reader = graph.sole_reader(at)) >= 0; at = graph.output_of(reader)) {
    const file::Operation& op = graph.operation(reader);
    if (op.kind == Kind::transpose || op.kind == Kind::reshape) continue;
    const bool adds = op.kind == Kind::add;
    if ((!adds && op.kind != Kind::multiply) || op.inputs.size() != 2 || !graph.is_constant(op.inputs[1]))
      break;
    std::vector<double> numbers = graph.numbers(op.inputs[1]);
    if (numbers.empty()) break;
    const size_t channels = std::max({numbers.size(), scaling.scale.size(), size_t{1}});
    if (scaling.scale.empty()) scaling = {{1}, {0}};
    for (std::vector<double>* values : {&numbers, &scaling.scale, &scaling.shift})
      if (values->size() == 1) values->resize(channels, values->front());
    if (numbers.size() != scaling.scale.size()) break;
    for (size_t c = 0; c < channels; c++)
      if (adds)
        scaling.shift[c] += numbers[c];
      else
        scaling.scale[c] *= numbers[c], scaling.shift[c] *= numbers[c];
  }
  return scaling;
}

PixelRange pixel_range(const Scaling& scaling) {
  if (scaling.scale.empty()) return {-1, 1};
  double largest = 0;
  for (const double scale : scaling.scale) largest = std::max(largest, std::abs(scale));
  constexpr double most_pixel = 255, widest = 20;
  return {0, largest * most_pixel <= widest ? most_pixel : 1};
}

}  // namespace mobilith
