// mobilith describe: the layers of a network as a table or JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/options.h"

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

void print_table(const Network& network) {
  const Configuration& c = network.configuration;
  const auto total = static_cast<double>(network.madds());
  fmt::print("{}  resolution {}x{}  {} classes\n\n", network_title(c, "  "), c.height, c.width, c.classes);
  constexpr const char* row = "{:<22} {:<26} {:<12} {:>14} {:>14} {:>11} {:>13} {:>7}\n";
  fmt::print(fmt::runtime(row), "block", "layer", "kind", "in", "out", "parameters", "multiply-adds",
             "share");
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers)
      fmt::print(
          fmt::runtime(row), &layer == &block.layers.front() ? block.name : "", layer.name,
          to_string(layer.kind), shape_text(layer.in), shape_text(layer.out), layer.params(), layer.madds(),
          layer.madds() > 0 ? fmt::format("{:.2f} %", 100.0 * static_cast<double>(layer.madds()) / total)
                            : "");
  constexpr double megabyte = 1 << 20;
  fmt::print("\nparameters              {:>13}  as Keras counts\n", network.params());
  fmt::print("parameters, deployed    {:>13}  batch norm folded: {:.2f} MB of weights\n",
             network.params_deployed(), 4.0 * static_cast<double>(network.params_deployed()) / megabyte);
  fmt::print("multiply-adds           {:>13}\n", network.madds());
  fmt::print("activations             {:>10.2f} MB  the largest pair of a block's input and output\n",
             static_cast<double>(activation_bytes(network)) / megabyte);
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

nlohmann::json describe_json(const Network& network) {
  const Configuration& c = network.configuration;
  nlohmann::json layers = nlohmann::json::array();
  for (const Block& block : network.blocks)
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
  return {{"net", c.net},
          {"alpha", c.alpha},
          {"depth_multiplier", c.depth_multiplier},
          {"resolution", {c.height, c.width}},
          {"classes", c.classes},
          {"params", network.params()},
          {"params_deployed", network.params_deployed()},
          {"madds", network.madds()},
          {"weights_bytes", 4 * network.params_deployed()},
          {"activation_bytes", activation_bytes(network)},
          {"layers", layers}};
}

}  // namespace

Synopsis describe_synopsis() {
  Synopsis synopsis{"mobilith describe --net NET|--weights FILE [OPTIONS]",
                    "Lists the layers of a network: shapes, parameters, multiply-adds, memory."};
  add_network_options(synopsis.options);
  synopsis.options.add_options()(
      "format", options::value<std::string>()->value_name("text|json")->default_value("text"),
      "of the output");
  return synopsis;
}

int run_describe(const Arguments& arguments) {
  const auto values = parse(arguments, describe_synopsis());
  if (!values) return 0;
  const std::string format = choice(*values, "format", {"text", "json"});
  const Network network = chosen_network(*values, weights_option(*values).get());
  if (format == "json")
    fmt::print("{}\n", describe_json(network).dump(2));
  else
    print_table(network);
  return 0;
}

}  // namespace mobilith
