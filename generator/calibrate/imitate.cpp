#include "calibrate/imitate.h"

#include <algorithm>
#include <cmath>

namespace mobilith::calibration {

namespace {

struct Spread {
  std::vector<double> mean, deviation;
};

Spread spread_of(const std::vector<std::vector<float>>& batch, size_t channels) {
  std::vector<double> sums(channels), squares(channels);
  double count = 0;
  for (const auto& values : batch) {
    for (size_t i = 0; i < values.size(); i++)
      sums[i % channels] += values[i], squares[i % channels] += double{values[i]} * values[i];
    count += double(values.size()) / double(channels);
  }
  Spread spread;
  for (size_t c = 0; c < channels; c++) {
    const double mean = sums[c] / count;
    spread.mean.push_back(mean);
    spread.deviation.push_back(std::sqrt(std::max(0.0, squares[c] / count - mean * mean)));
  }
  return spread;
}

// Changes weights and the values that they have made alike.
void bring_to(const Spread& seen, Node& node, std::vector<std::vector<float>>& batch) {
  const size_t channels = node.channels();
  std::vector<double> factor(channels), shift(channels);
  for (size_t c = 0; c < channels; c++) {
    // A channel that no picture moves is left: nothing says what would.
    factor[c] = seen.deviation[c] > 1e-6 ? std::clamp(node.deviation[c] / seen.deviation[c], 0.05, 20.0) : 1;
    shift[c] = node.mean[c] - seen.mean[c] * factor[c];
    node.bias[c] = float(node.bias[c] * factor[c] + shift[c]);
  }
  for (size_t i = 0; i < node.kernel.size(); i++)
    node.kernel[i] = float(node.kernel[i] * factor[i % channels]);
  for (auto& values : batch)
    for (size_t i = 0; i < values.size(); i++)
      values[i] = float(values[i] * factor[i % channels] + shift[i % channels]);
}

}  // namespace

FloatNetwork imitated(FloatNetwork net, const Pictures& pictures) {
  using Batch = std::vector<std::vector<float>>;
  const size_t count = net.nodes.size();
  std::vector<Batch> live(count + 1, Batch(pictures.count));  // the image's, then each node's
  std::vector<size_t> last(count);
  for (size_t i = 0; i < count; i++)
    for (const int from : net.nodes[i].inputs)
      if (from >= 0) last[size_t(from)] = i;
  for_each(pictures.count, [&](size_t p) {
    const Values image = pictures.picture(p);
    live[0][p] = {image.begin(), image.end()};
  });
  for (size_t i = 0; i < count; i++) {
    Node& node = net.nodes[i];
    // On a photograph an object's pixels have much in common, and their mean is far from the mean of all.
    // Made-up pictures have no objects: their means are all alike.
    node.of_one_pixel = node.layer.kind == LayerKind::pool && !node.is_function();
    for_each(pictures.count, [&](size_t p) {
      std::vector<Values> values;
      for (const int from : node.inputs)
        values.emplace_back(live[size_t(from + 1)][p].begin(), live[size_t(from + 1)][p].end());
      std::vector<const Values*> inputs;
      for (const Values& value : values) inputs.push_back(&value);
      const Values made = computed(node, inputs);
      live[i + 1][p] = {made.begin(), made.end()};
    });
    if (!node.mean.empty()) bring_to(spread_of(live[i + 1], node.channels()), node, live[i + 1]);
    for (auto& values : live[i + 1])
      for (float& value : values)
        value = float(std::min(std::max(double{value}, node.bounds.low), node.bounds.high));
    for (const int from : node.inputs)
      if (from >= 0 && last[size_t(from)] == i) Batch(pictures.count).swap(live[size_t(from + 1)]);
  }
  return net;
}

}  // namespace mobilith::calibration
