#include "calibrate/equalise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace mobilith::calibration {

namespace {

// Tensors whose channels must have the same factors: what is added, pooled or gated has those of its result.
class Groups {
 public:
  explicit Groups(const FloatNetwork& net) : parent_(net.nodes.size()), fixed_(net.nodes.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (size_t i = 0; i < net.nodes.size(); i++) look_at(net, int(i));
    for (const int output : net.outputs) fix(output);
  }

  // The nodes of each group that may be scaled.
  std::vector<std::vector<int>> free_ones() {
    std::map<int, std::vector<int>> groups;
    std::map<int, bool> fixed;
    for (size_t i = 0; i < parent_.size(); i++) {
      groups[root(int(i))].push_back(int(i));
      if (fixed_[i]) fixed[root(int(i))] = true;
    }
    std::vector<std::vector<int>> free;
    for (auto& [of, nodes] : groups)
      if (!fixed[of]) free.push_back(std::move(nodes));
    return free;
  }

 private:
  void look_at(const FloatNetwork& net, int index) {
    const Node& node = net.nodes[size_t(index)];
    if (node.bounds.low != 0 && std::isfinite(node.bounds.low)) fix(index);
    if (node.has_weights()) return;
    const bool passes_on = !node.is_function() && node.layer.kind != LayerKind::softmax;
    if (!passes_on) {
      fix(index), fix(node.inputs.front());
      return;
    }
    join(index, node.inputs.front());
    if (node.layer.kind == LayerKind::add) join(index, node.inputs[1]);
    if (node.layer.kind == LayerKind::multiply) fix(node.inputs[1]);
  }

  int root(int i) { return parent_[size_t(i)] == i ? i : parent_[size_t(i)] = root(parent_[size_t(i)]); }
  void join(int i, int other) {
    if (other < 0)
      fix(i);
    else
      parent_[size_t(root(other))] = root(i);
  }
  void fix(int i) {
    if (i >= 0) fixed_[size_t(i)] = true;
  }

  std::vector<int> parent_;
  std::vector<bool> fixed_;
};

struct Group {
  std::vector<int> nodes, convolutions, depthwise;
  size_t channels = 0;
  std::vector<double> range, mean_square;  // of each channel; the largest of the group's tensors
  double top = 0;                          // what no channel may get beyond; 0: there is none
};

Group look_at(const FloatNetwork& net, const Statistics& statistics, const std::vector<int>& nodes) {
  Group g;
  g.nodes = nodes;
  g.channels = net.nodes[size_t(nodes[0])].channels();
  g.range.resize(g.channels), g.mean_square.resize(g.channels);
  for (const int i : nodes) {
    const ChannelStatistics& s = statistics.of(i);
    const double high = net.nodes[size_t(i)].bounds.high;
    if (std::isfinite(high)) g.top = g.top > 0 ? std::min(g.top, high) : high;
    for (size_t c = 0; c < g.channels; c++) {
      g.range[c] = std::max({g.range[c], std::abs(s.least[c]), std::abs(s.most[c])});
      g.mean_square[c] = std::max(g.mean_square[c], s.mean_square[c]);
    }
  }
  for (size_t i = 0; i < net.nodes.size(); i++) {
    const Node& node = net.nodes[i];
    if (!node.has_weights() || std::find(nodes.begin(), nodes.end(), node.inputs[0]) == nodes.end()) continue;
    (node.depthwise() ? g.depthwise : g.convolutions).push_back(int(i));
  }
  // What no picture has seen may be in other pictures.
  const double most = *std::max_element(g.range.begin(), g.range.end());
  for (double& range : g.range) range = std::max(range, most / 32);
  return g;
}

// Of a convolution (row, column, in, out): the input channel of weight i.
size_t channel_of(const Node& node, size_t i) {
  return node.depthwise()
             ? i % node.kernel.size() / size_t(node.layer.depth_multiplier) % size_t(node.layer.in.channels)
             : i / node.channels() % size_t(node.layer.in.channels);
}

// Of the values that convolutions make of the group: the mean square of what is wrong by rounding, with these
// factors. Activations are rounded to 255 places of the largest channel's range, weights to 127 of their
// output's largest.
double noise(const FloatNetwork& net, const Group& g, const std::vector<double>& factors) {
  double range = g.top;
  if (range == 0)
    for (size_t c = 0; c < g.channels; c++) range = std::max(range, g.range[c] / factors[c]);
  double squares = 0;
  for (size_t c = 0; c < g.channels; c++) squares += g.mean_square[c] / (factors[c] * factors[c]);
  double total = 0;
  for (const int i : g.convolutions) {
    const Node& node = net.nodes[size_t(i)];
    const size_t outputs = node.channels(), taps = node.kernel.size() / outputs / g.channels;
    std::vector<double> largest(outputs), sums(outputs);
    for (size_t k = 0; k < node.kernel.size(); k++) {
      const double weight = std::abs(node.kernel[k] * factors[channel_of(node, k)]);
      largest[k % outputs] = std::max(largest[k % outputs], weight);
      sums[k % outputs] += weight * weight;
    }
    for (size_t o = 0; o < outputs; o++)
      total += range * range / (255 * 255) * sums[o] +
               largest[o] * largest[o] / (127 * 127) * squares * double(taps);
  }
  return total;
}

std::vector<double> column_norms(const FloatNetwork& net, const Group& g) {
  std::vector<double> norms(g.channels);
  for (const int i : g.convolutions) {
    const Node& node = net.nodes[size_t(i)];
    for (size_t k = 0; k < node.kernel.size(); k++)
      norms[channel_of(node, k)] += double(node.kernel[k]) * node.kernel[k];
  }
  const double most = *std::max_element(norms.begin(), norms.end());
  for (double& norm : norms) norm = std::sqrt(std::max(norm, most * 1e-6));
  return norms;
}

// The largest factor is 1 where there is a top: the tensor ends there, and a channel with a larger one would
// go beyond.
std::vector<double> normalised(const Group& g, std::vector<double> factors) {
  double range = 0;
  for (size_t c = 0; c < g.channels; c++) range = std::max(range, g.range[c] / factors[c]);
  const double to = g.top > 0 ? g.top : *std::max_element(g.range.begin(), g.range.end());
  for (double& factor : factors) {
    factor *= range / to;
    if (g.top > 0) factor = std::min(factor, 1.0);
  }
  return factors;
}

std::vector<double> factors_of(const FloatNetwork& net, const Group& g) {
  if (g.convolutions.empty()) return normalised(g, g.range);  // depthwise weights have a scale each
  const std::vector<double> norms = column_norms(net, g);
  std::vector<double> best(g.channels, 1.0);
  double least = noise(net, g, best);
  for (int step = 0; step <= 16; step++) {
    const double share = step / 16.0;
    std::vector<double> factors(g.channels);
    for (size_t c = 0; c < g.channels; c++)
      factors[c] = std::pow(g.range[c], share) / std::pow(norms[c], 1 - share);
    factors = normalised(g, std::move(factors));
    const double now = noise(net, g, factors);
    if (now < least) least = now, best = factors;
  }
  return best;
}

void scale(ChannelStatistics& s, const std::vector<double>& factors) {
  for (size_t c = 0; c < factors.size(); c++) {
    s.least[c] /= factors[c], s.most[c] /= factors[c], s.mean[c] /= factors[c];
    s.mean_square[c] /= factors[c] * factors[c];
  }
}

void apply(FloatNetwork& net, const Group& g, const std::vector<double>& factors) {
  for (const int i : g.nodes) {
    Node& node = net.nodes[size_t(i)];
    for (size_t k = 0; k < node.kernel.size(); k++)
      node.kernel[k] = float(node.kernel[k] / factors[k % g.channels]);
    for (size_t c = 0; c < node.bias.size(); c++) node.bias[c] = float(node.bias[c] / factors[c]);
  }
  for (const std::vector<int>* readers : {&g.convolutions, &g.depthwise})
    for (const int i : *readers) {
      Node& node = net.nodes[size_t(i)];
      for (size_t k = 0; k < node.kernel.size(); k++)
        node.kernel[k] = float(node.kernel[k] * factors[channel_of(node, k)]);
    }
}

}  // namespace

void equalise(FloatNetwork& net, Statistics& statistics, FloatNetwork* other) {
  const std::vector<std::vector<int>> groups = Groups(net).free_ones();
  for (const std::vector<int>& nodes : groups) {
    const Group group = look_at(net, statistics, nodes);
    if (group.convolutions.empty() && group.depthwise.empty()) continue;
    const std::vector<double> factors = factors_of(net, group);
    for (const int i : nodes) scale(statistics.nodes[size_t(i)], factors);
    apply(net, group, factors);
    if (other) apply(*other, group, factors);
  }
}

}  // namespace mobilith::calibration
