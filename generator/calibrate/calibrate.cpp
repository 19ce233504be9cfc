#include "calibrate/calibrate.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "calibrate/equalise.h"
#include "calibrate/imitate.h"
#include "calibrate/whole_graph.h"

namespace mobilith {

namespace {

using namespace calibration;

struct Squares {
  double signal = 0, noise = 0;
  size_t count = 0;
  void add(const Values& floats, const std::vector<double>& stored, const Grid& grid) {
    for (size_t i = 0; i < floats.size(); i++) {
      const double error = grid.scale * (stored[i] + signed_offset - grid.zero) - floats[i];
      signal += floats[i] * floats[i], noise += error * error;
    }
    count += floats.size();
  }
  // Finite, for what is all 0 and for what is exact, too.
  double decibels() const {
    return signal > 0 ? 10 * std::log10(signal / std::max(noise, signal * 1e-20)) : 0;
  }
  void add(const Squares& other) { signal += other.signal, noise += other.noise, count += other.count; }
};

constexpr Grid as_they_are{1, signed_offset};  // of floats

struct Compared {
  std::vector<Squares> nodes, outputs;
  std::vector<size_t> same_top;
};

size_t largest(const std::vector<double>& values) {
  return size_t(std::max_element(values.begin(), values.end()) - values.begin());
}

// The equalised network is compared node by node, the one before it in its outputs.
Compared compare(const FloatNetwork& floats, const FloatNetwork& equalised, const WholeNetwork& whole,
                 const file::Graph& graph, const Values& image, quantised::Requantise mode) {
  std::vector<Values> own(equalised.nodes.size());
  run(equalised, image, [&](int node, Values& values) {
    keep_within(equalised.nodes[size_t(node)].bounds, values);
    own[size_t(node)] = values;
  });
  Compared c{std::vector<Squares>(own.size()), std::vector<Squares>(floats.outputs.size()),
             std::vector<size_t>(floats.outputs.size())};
  // The graph's operations are quantise, the nodes in their order, and dequantise of each output.
  std::map<int, size_t> node_of;
  for (size_t i = 0; i < own.size(); i++) node_of[graph.operations[i + 1].outputs[0]] = i;
  const std::vector<file::Value> outputs = quantised::evaluate(
      graph, std::vector<std::vector<double>>{image}, mode, [&](int tensor, const file::Value& value) {
        if (const auto found = node_of.find(tensor); found != node_of.end())
          c.nodes[found->second].add(
              own[found->second], value.numbers,
              equalised.nodes[found->second].gives_floats() ? as_they_are : whole.nodes[found->second].grid);
      });
  const std::vector<Values> wanted = outputs_of(floats, image);
  for (size_t i = 0; i < wanted.size(); i++) {
    c.outputs[i].add(wanted[i], outputs[i].numbers, as_they_are);
    c.same_top[i] = largest(wanted[i]) == largest(outputs[i].numbers);
  }
  return c;
}

CalibrationReport report_of(const FloatNetwork& net, const std::vector<Compared>& all) {
  CalibrationReport report{.pictures = all.size(), .layers = {}, .outputs = {}};
  for (size_t i = 0; i < net.nodes.size(); i++) {
    Squares sum;
    for (const Compared& c : all) sum.add(c.nodes[i]);
    const Node& node = net.nodes[i];
    const std::string function = node.is_function() ? std::string(" ") + row_of(node.function).name : "";
    report.layers.push_back({node.layer.name + function, sum.decibels()});
  }
  for (size_t i = 0; i < net.outputs.size(); i++) {
    Squares sum;
    size_t same = 0;
    for (const Compared& c : all) sum.add(c.outputs[i]), same += c.same_top[i];
    OutputNoise noise{sum.noise / double(sum.count), {}};
    const Shape& shape = net.nodes[size_t(net.outputs[i])].layer.out;
    if (shape.height * shape.width == 1 && shape.channels > 1)
      noise.same_top = double(same) / double(all.size());
    report.outputs.push_back(noise);
  }
  return report;
}

}  // namespace

Calibrated calibrate(const Network& network, const Weights& weights, const Pictures& pictures,
                     const CalibrationOptions& options, const CalibrationProgress& progress) {
  const FloatNetwork floats = float_network(network, weights);
  FloatNetwork net = floats;
  std::optional<FloatNetwork> imitation;
  if (pictures.made_up) imitation = imitated(net, pictures);
  FloatNetwork& looked_at = imitation ? *imitation : net;
  size_t seen = 0;
  Statistics known =
      statistics(looked_at, pictures, [&] { progress("pictures looked at", ++seen, pictures.count); });
  equalise(looked_at, known, imitation ? &net : nullptr);
  seen = 0;
  const Histograms spread = histograms(looked_at, known, pictures,
                                       [&] { progress("pictures looked at again", ++seen, pictures.count); });
  const WholeNetwork whole =
      whole_network(net, known, spread, pictures, imitation ? &*imitation : nullptr, options.reduce_range,
                    [&](size_t done, size_t of) { progress("layers rounded", done, of); });
  Calibrated calibrated{whole_graph(net, whole), {}};
  std::vector<Compared> compared(pictures.count);
  std::mutex mutex;
  seen = 0;
  for_each(pictures.count, [&](size_t p) {
    compared[p] = compare(floats, net, whole, calibrated.graph, pictures.picture(p), options.requantise);
    const std::lock_guard lock(mutex);
    progress("pictures compared", ++seen, pictures.count);
  });
  calibrated.report = report_of(net, compared);
  calibrated.report.made_up = pictures.made_up, calibrated.report.reduce_range = options.reduce_range;
  return calibrated;
}

}  // namespace mobilith
