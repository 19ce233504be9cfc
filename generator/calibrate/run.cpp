// What a float network computes: loops that a compiler makes vectors of, because calibrating runs them for
// many pictures.
#include <algorithm>
#include <cmath>

#include "calibrate/float_network.h"
#include "reference/convolve.h"

namespace mobilith::calibration {

namespace {

Values mean(const Node& node, const Values& in) {
  const size_t channels = node.channels(), pixels = in.size() / channels;
  if (node.of_one_pixel) {
    const auto middle = in.begin() + std::ptrdiff_t(pixels / 2 * channels);
    return {middle, middle + std::ptrdiff_t(channels)};
  }
  Values sums(channels);
  for (size_t i = 0; i < in.size(); i++) sums[i % channels] += in[i];
  for (double& sum : sums) sum /= double(pixels);
  return sums;
}

Values softmax(const Values& in) {
  Values out = in;
  const double largest = *std::max_element(in.begin(), in.end());
  double total = 0;
  for (double& value : out) total += value = std::exp(value - largest);
  for (double& value : out) value /= total;
  return out;
}

Values products(const Node& node, const Values& in) {
  reference::LayerValues values{
      node.kernel, std::vector<double>(node.channels(), 1.0), {node.bias.begin(), node.bias.end()}};
  return reference::convolve(node.layer, values, {node.layer.in, in}).values;
}

}  // namespace

Values computed(const Node& node, std::span<const Values* const> inputs) {
  const Values& first = *inputs.front();
  if (node.has_weights()) return products(node, first);
  Values out = first;
  if (node.is_function()) {
    for (double& value : out) value = value_of(node.function, value);
    return out;
  }
  switch (node.layer.kind) {
    case LayerKind::pool:
      return mean(node, first);
    case LayerKind::softmax:
      return softmax(first);
    case LayerKind::add:
      for (size_t i = 0; i < out.size(); i++) out[i] += inputs[1]->at(i);
      return out;
    default:  // multiply: by a factor for each channel
      for (size_t i = 0; i < out.size(); i++) out[i] *= (*inputs[1])[i % inputs[1]->size()];
      return out;
  }
}

void keep_within(const file::Clamp& bounds, Values& values) {
  for (double& value : values) value = std::min(std::max(value, bounds.low), bounds.high);
}

void run(const FloatNetwork& net, const Values& image, const Change& change) {
  const size_t count = net.nodes.size();
  std::vector<int> last(count, -1);
  for (size_t i = 0; i < count; i++)
    for (const int from : net.nodes[i].inputs)
      if (from >= 0) last[size_t(from)] = int(i);
  std::vector<Values> values(count);
  for (size_t i = 0; i < count; i++) {
    const Node& node = net.nodes[i];
    std::vector<const Values*> inputs;
    for (const int from : node.inputs) inputs.push_back(from < 0 ? &image : &values[size_t(from)]);
    values[i] = computed(node, inputs);
    change(int(i), values[i]);
    for (const int from : node.inputs)
      if (from >= 0 && last[size_t(from)] == int(i)) Values().swap(values[size_t(from)]);
  }
}

std::vector<Values> outputs_of(const FloatNetwork& net, const Values& image) {
  std::vector<Values> outputs(net.outputs.size());
  run(net, image, [&](int node, Values& values) {
    keep_within(net.nodes[size_t(node)].bounds, values);
    for (size_t i = 0; i < outputs.size(); i++)
      if (net.outputs[i] == node) outputs[i] = values;
  });
  return outputs;
}

}  // namespace mobilith::calibration
