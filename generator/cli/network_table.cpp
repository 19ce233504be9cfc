#include "cli/network_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "networks/published.h"

namespace mobilith {

namespace {

std::string shape_text(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

// Float bytes of an activation as Keras has it: no padding of channels, which depends on the target.
int64_t bytes(const Shape& shape) { return int64_t{4} * shape.height * shape.width * shape.channels; }

// The largest pair of block input and output: what must be in memory at once.
int64_t activation_bytes(const Network& network) {
  int64_t most = 0;
  for (const Block& block : network.blocks) most = std::max(most, bytes(block.in()) + bytes(block.out()));
  return most;
}

nlohmann::json shape_json(const Shape& shape) { return {shape.height, shape.width, shape.channels}; }

// The window's side, or height and width where they differ; 0: the layer has no window.
nlohmann::json kernel_json(const Layer& layer) {
  if (layer.kind != LayerKind::depthwise && layer.kind != LayerKind::convolution) return 0;
  const LayerWindow& w = layer.window;
  if (w.height != w.width) return {w.height, w.width};
  return w.height;
}

// Down and across where they differ.
nlohmann::json stride_json(const Layer& layer) {
  const LayerWindow& w = layer.window;
  if (w.stride != w.stride_x()) return {w.stride, w.stride_x()};
  return w.stride;
}

}  // namespace

void print_layers(const std::vector<Block>& blocks) {
  int64_t sum = 0;
  for (const Block& block : blocks) sum += block.madds();
  const auto total = static_cast<double>(sum);
  constexpr const char* row = "{:<22} {:<26} {:<12} {:>14} {:>14} {:>11} {:>13} {:>7}\n";
  fmt::print(fmt::runtime(row), "block", "layer", "kind", "in", "out", "parameters", "multiply-adds",
             "share");
  for (const Block& block : blocks)
    for (const Layer& layer : block.layers)
      fmt::print(
          fmt::runtime(row), &layer == &block.layers.front() ? block.name : "", layer.name,
          to_string(layer.kind), shape_text(layer.in), shape_text(layer.out), layer.params(), layer.madds(),
          layer.madds() > 0 ? fmt::format("{:.2f} %", 100.0 * static_cast<double>(layer.madds()) / total)
                            : "");
}

void print_totals(const Network& network) {
  constexpr double megabyte = 1 << 20;
  fmt::print("\nparameters              {:>13}  as Keras counts\n", network.params());
  fmt::print("parameters, deployed    {:>13}  batch norm folded: {:.2f} MB of weights\n",
             network.params_deployed(), 4.0 * static_cast<double>(network.params_deployed()) / megabyte);
  fmt::print("multiply-adds           {:>13}\n", network.madds());
  if (const PublishedFigures* published = published_figures(network.configuration))
    fmt::print("published               {:>11} M  multiply-adds, {} M parameters ({})\n",
               published->madds_millions, published->params_millions, published->source);
  fmt::print("activations             {:>10.2f} MB  the largest pair of a block's input and output\n",
             static_cast<double>(activation_bytes(network)) / megabyte);
}

nlohmann::json layers_json(const std::vector<Block>& blocks) {
  nlohmann::json layers = nlohmann::json::array();
  for (const Block& block : blocks)
    for (const Layer& layer : block.layers)
      layers.push_back({{"block", block.name},
                        {"name", layer.name},
                        {"kind", to_string(layer.kind)},
                        {"in", shape_json(layer.in)},
                        {"out", shape_json(layer.out)},
                        {"kernel", kernel_json(layer)},
                        {"stride", stride_json(layer)},
                        {"params", layer.params()},
                        {"madds", layer.madds()}});
  return layers;
}

nlohmann::json network_json(const Network& network) {
  const Configuration& c = network.configuration;
  nlohmann::json description{{"net", c.net},
                             {"alpha", c.alpha},
                             {"depth_multiplier", c.depth_multiplier},
                             {"resolution", {c.height, c.width}},
                             {"classes", c.classes},
                             {"params", network.params()},
                             {"params_deployed", network.params_deployed()},
                             {"madds", network.madds()},
                             {"weights_bytes", 4 * network.params_deployed()},
                             {"activation_bytes", activation_bytes(network)},
                             {"layers", layers_json(network.blocks)}};
  if (const PublishedFigures* published = published_figures(c))
    description["published"] = {{"madds_millions", published->madds_millions},
                                {"params_millions", published->params_millions},
                                {"source", published->source}};
  return description;
}

}  // namespace mobilith
