#include "calibrate/whole_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mobilith::calibration {

namespace {

using Bytes = std::vector<uint8_t>;

Bytes bytes_of(const Grid& grid, const Values& values) {
  Bytes bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(),
                 [&](double value) { return grid.byte_of(value); });
  return bytes;
}

Values values_of(const Grid& grid, const Bytes& bytes) {
  Values values(bytes.size());
  std::transform(bytes.begin(), bytes.end(), values.begin(),
                 [&](uint8_t byte) { return grid.value_of(byte); });
  return values;
}

std::vector<double> means_of(const Values& values, size_t channels) {
  std::vector<double> means(channels);
  for (size_t i = 0; i < values.size(); i++) means[i % channels] += values[i];
  for (double& mean : means) mean *= double(channels) / double(values.size());
  return means;
}

std::vector<double> mean_of(const std::vector<std::vector<double>>& all) {
  std::vector<double> mean(all[0].size());
  for (const auto& one : all)
    for (size_t c = 0; c < mean.size(); c++) mean[c] += one[c] / double(all.size());
  return mean;
}

// Node by node for all pictures, so that each is corrected behind those before it.
class Sweep {
 public:
  Sweep(const FloatNetwork& net, const Statistics& statistics, const Histograms& histograms,
        const Pictures& pictures, const FloatNetwork* imitated, bool reduce_range)
      : net_(net),
        imitated_(imitated),
        reduce_range_(reduce_range),
        statistics_(statistics),
        histograms_(histograms),
        pictures_(pictures),
        live_(pictures.count),
        last_(net.nodes.size()) {
    for (size_t i = 0; i < net.nodes.size(); i++)
      for (const int from : net.nodes[i].inputs)
        if (from >= 0) last_[size_t(from)] = i;
    whole_.image = best_grid(histograms.image, {});
    for (auto& tensors : live_) tensors.resize(net.nodes.size() + 1);
    for_each(pictures.count, [&](size_t p) { live_[p][0] = bytes_of(whole_.image, pictures.picture(p)); });
  }

  WholeNetwork run(const std::function<void(size_t, size_t)>& seen) {
    for (size_t i = 0; i < net_.nodes.size(); i++) {
      take(i);
      seen(i + 1, net_.nodes.size());
    }
    return std::move(whole_);
  }

 private:
  const Grid& grid_of(int node) const { return node < 0 ? whole_.image : whole_.nodes[size_t(node)].grid; }

  Values before_bounds(const Node& node, size_t picture) const {
    std::vector<Values> values;
    for (const int from : node.inputs)
      values.push_back(values_of(grid_of(from), live_[picture][size_t(from + 1)]));
    std::vector<const Values*> inputs;
    for (const Values& value : values) inputs.push_back(&value);
    return computed(node, inputs);
  }

  // The node with the weights that its whole ones stand for.
  static Node rounded(const Node& node, const WeightGrid& grid) {
    Node other = node;
    for (size_t i = 0; i < other.kernel.size(); i++)
      other.kernel[i] = float(grid.weights[i]) * grid.scales[i % node.channels()];
    return other;
  }

  // A bias fits 32 bits with room: an output whose weights are next to nothing has a scale for its bias.
  std::vector<double> least_scales(const Node& node) const {
    std::vector<double> least;
    for (const float bias : node.bias)
      least.push_back(std::abs(bias) / (grid_of(node.inputs[0]).scale * 0x1p28));
    return least;
  }

  int most_of(const Node& node) const {
    return reduce_range_ && node.is_matrix() ? most_of_7_bits : most_of_8_bits;
  }

  Grid grid_for(const Node& node, size_t index) const {
    if (node.function.kind == ActivationKind::sigmoid || node.gives_floats())
      return {1.0f / 256, 0};  // the format's own
    return best_grid(histograms_.nodes[index], node.bounds);
  }

  void take(size_t index) {
    const Node& node = net_.nodes[index];
    WholeNode& whole = whole_.nodes.emplace_back();
    whole.grid = grid_for(node, index);
    std::vector<double> correction(node.channels());
    std::vector<std::vector<float>> results(pictures_.count);
    if (node.has_weights()) whole.weights = best_weights(node.kernel, least_scales(node), most_of(node));
    const Node own = node.has_weights() ? rounded(node, whole.weights) : node;
    std::vector<std::vector<double>> means(pictures_.count), wanted(pictures_.count);
    for_each(pictures_.count, [&](size_t p) {
      Values values = before_bounds(own, p);
      means[p] = means_of(values, node.channels());
      if (imitated_ && node.has_weights()) {
        wanted[p] = means_of(before_bounds(node, p), node.channels());
        values = before_bounds(imitated_->nodes[index], p);
      }
      results[p] = {values.begin(), values.end()};
    });
    if (node.has_weights())
      correct(node, mean_of(means), imitated_ ? mean_of(wanted) : statistics_.nodes[index].mean, whole,
              correction);
    if (imitated_) std::fill(correction.begin(), correction.end(), 0.0);
    for_each(pictures_.count, [&](size_t p) {
      Values values(results[p].begin(), results[p].end());
      for (size_t i = 0; i < values.size(); i++) values[i] += correction[i % node.channels()];
      keep_within(node.bounds, values);
      live_[p][index + 1] = bytes_of(whole.grid, values);
      for (const int from : node.inputs)
        if (from >= 0 && last_[size_t(from)] == index) Bytes().swap(live_[p][size_t(from + 1)]);
    });
  }

  // correction: of each channel, what whole biases add beyond the node's own.
  void correct(const Node& node, const std::vector<double>& mean, const std::vector<double>& wanted_mean,
               WholeNode& whole, std::vector<double>& correction) const {
    const double image_scale = grid_of(node.inputs[0]).scale;
    for (size_t c = 0; c < node.channels(); c++) {
      const double scale = image_scale * whole.weights.scales[c];
      const double wanted = node.bias[c] + wanted_mean[c] - mean[c];
      const double places = std::nearbyint(wanted / scale);
      if (!(std::abs(places) < 0x1p30))
        throw WeightsError("dtype",
                           fmt::format("int8: layer '{}': a bias of {:g} in places of {:g}, more than "
                                       "32 bits hold",
                                       node.layer.name, wanted, scale));
      whole.bias.push_back(int32_t(places));
      correction[c] = places * scale - node.bias[c];
    }
  }

  const FloatNetwork& net_;
  const FloatNetwork* imitated_;
  const bool reduce_range_;
  const Statistics& statistics_;
  const Histograms& histograms_;
  const Pictures& pictures_;
  std::vector<std::vector<Bytes>> live_;  // of each picture: the image's, then each node's
  std::vector<size_t> last_;              // of each node: who reads it last
  WholeNetwork whole_;
};

}  // namespace

WholeNetwork whole_network(const FloatNetwork& net, const Statistics& statistics,
                           const Histograms& histograms, const Pictures& pictures,
                           const FloatNetwork* imitated, bool reduce_range,
                           const std::function<void(size_t, size_t)>& seen) {
  return Sweep(net, statistics, histograms, pictures, imitated, reduce_range).run(seen);
}

}  // namespace mobilith::calibration
