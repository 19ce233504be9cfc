// Networks that are written as files of each format are read back as themselves.
#include <algorithm>
#include <cmath>
#include <span>

#include "catch.h"
#include "formats/network_files.h"
#include "models/known_networks.h"
#include "networks/table.h"
#include "process.h"
#include "reference/reference.h"
#include "weights/weights.h"

namespace test_network_files {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

struct Writer {
  const char* name;
  std::string (*write)(const Network&, const Weights&);
};
constexpr Writer writers[] = {
    {"model.onnx", onnx_of}, {"model.pb", tensorflow_of}, {"model.tflite", tflite_of}};

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0, worst = 0;
  for (size_t i = 0; i < a.size(); i++) {
    largest = std::max(largest, std::abs(b[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  return worst / largest;
}

std::vector<std::string> found_outputs(const Weights& file, const Configuration& c) {
  return file.network(c).outputs;
}

// What the file is read as computes what the network does, and so does the file's own graph.
void check(const Network& network, const std::string& what, std::span<const Writer> formats = writers,
           bool as_itself = true) {
  const auto weights = open_weights("synthetic");
  const reference::Activation image = reference::formula_input(network.blocks.front().in());
  const std::vector<double> expected = reference::run_network(network, *weights, image, false).values;
  for (const Writer& writer : formats) {
    INFO(what << ", " << writer.name);
    const TemporaryFolder folder;
    write_text(folder / writer.name, writer.write(network, *weights));
    const auto file = open_weights(folder / writer.name);
    const FileConfiguration says = file->configuration();
    const Configuration& c = network.configuration;
    CHECK(says.net == (as_itself ? c.net : custom_network));
    if (as_itself) CHECK(found_outputs(*file, c) == network.outputs);
    CHECK(says.height == c.height);
    CHECK(says.width == c.width);
    CHECK(says.classes == c.classes);
    const Network found = file->network(c);
    CHECK(same_structure(found, network) == as_itself);
    check_weights(found, *file);
    CHECK(apart(reference::run_network(found, *file, image, false).values, expected) <=
          1e-5);  // weights are rounded to f32
    const std::vector<std::vector<double>> of_file = file->outputs_for(image.values);
    REQUIRE(of_file.size() == std::max<size_t>(1, network.outputs.size()));
    CHECK(apart(of_file.back(), expected) <= 1e-5);  // weights are rounded to f32
  }
}

}  // namespace

TEST_CASE("V1 and V2 of odd and even sizes are read back from each format") {
  check(build_network({"mobilenet_v1", 0.25, 1, 32, 32, 10}), "V1 0.25-32");
  check(build_network({"mobilenet_v1", 0.1, 2, 33, 49, 7}), "V1 0.1, depth multiplier 2, 33x49");
  check(build_network({"mobilenet_v2", 0.35, 1, 33, 33, 10}), "V2 0.35-33");
  check(build_network({"mobilenet_v2", 0.1, 1, 64, 40, 3}), "V2 0.1, 64x40");
}

TEST_CASE("ReLU, hard-swish and logits are read back") {
  Network network = build_network({"mobilenet_v2", 0.35, 1, 32, 32, 10});
  for (Block& block : network.blocks)
    for (Layer& layer : block.layers)
      if (layer.activation == ActivationFunction::relu6)
        layer.activation = block.kind == BlockKind::inverted_residual ? ActivationFunction::hard_swish
                                                                      : ActivationFunction::relu;
  network.blocks.back().layers.pop_back();
  check(network, "V2 with other activations, without a softmax");
}

TEST_CASE("MobileNets V3 are read back, squeeze-excite and all") {
  const std::span<const Writer> formats{writers, 2};  // ONNX and TensorFlow
  check(build_network({"mobilenet_v3_small", 0.35, 1, 33, 47, 10}), "V3 small 0.35", formats);
  check(build_network({"mobilenet_v3_large", 0.35, 1, 64, 40, 7}), "V3 large 0.35", formats);
  check(build_network({"mobilenet_v3_large_minimalistic", 0.5, 1, 48, 48, 5}), "V3 minimalistic", formats);
  // Of one pixel nothing is left of the pools: other blocks, the same function.
  check(build_network({"mobilenet_v3_large", 0.35, 1, 32, 32, 7}), "V3 large 0.35-32", formats, false);
}

namespace {

Layer vector_layer(LayerKind kind, const std::string& name, const mobilith::Shape& in,
                   const mobilith::Shape& out) {
  Layer layer{kind, name, ""};
  layer.in = in, layer.out = out;
  if (kind == LayerKind::dense) layer.bias = true;
  return layer;
}

// V1's first blocks, and an end of its own.
class Headless {
 public:
  Headless() : network(build_network({"mobilenet_v1", 0.25, 1, 32, 48, 10})) {
    network.blocks.resize(5);
    network.configuration.net = custom_network;
  }
  void add(BlockKind kind, const std::string& name, Layer layer) {
    network.blocks.push_back({kind, name, name, {std::move(layer)}});
    network.outputs = {name};
    network.configuration.classes = network.blocks.back().out().channels;
  }
  void pool(LayerKind kind) {
    const mobilith::Shape in = network.blocks.back().out();
    add(BlockKind::pool, "pool_1",
        vector_layer(kind, "pool", in, {1, kind == LayerKind::mean_max_pool ? 2 : 1, in.channels}));
  }
  void dense(const std::string& name, int outputs, ActivationFunction function) {
    Layer layer = vector_layer(LayerKind::dense, name, network.blocks.back().out(), {1, 1, outputs});
    layer.activation = function;
    add(BlockKind::dense, name, layer);
  }
  void normalise(LayerKind kind) {
    const mobilith::Shape shape = network.blocks.back().out();
    add(BlockKind::normalise, "normalise_1", vector_layer(kind, "end", shape, shape));
  }
  void check(const std::string& what) const { test_network_files::check(network, what, {writers, 1}); }
  Network network;
};

}  // namespace

TEST_CASE("heads of all kinds are read back") {
  {
    Headless model;
    model.pool(LayerKind::pool);
    model.check("features alone");
    model.normalise(LayerKind::l2_normalise);
    model.check("an embedding of length 1");
  }
  for (const LayerKind kind : {LayerKind::pool, LayerKind::max_pool, LayerKind::mean_max_pool}) {
    Headless model;
    model.pool(kind);
    model.dense("dense_1", 20, ActivationFunction::relu);
    model.dense("dense_2", 12, ActivationFunction::hard_swish);
    model.dense("dense_3", 5, ActivationFunction::sigmoid);
    model.check(std::string(to_string(kind)) + " and three dense layers");
    model.dense("dense_4", 3, ActivationFunction::none);
    model.normalise(LayerKind::softmax);
    model.check(std::string(to_string(kind)) + " and a softmax");
  }
  {
    Headless model;
    model.pool(LayerKind::pool);
    model.dense("dense_1", 5, ActivationFunction::none);
    model.normalise(LayerKind::log_softmax);
    model.check("a log softmax");
  }
  Headless flat;
  flat.dense("dense_1", 20, ActivationFunction::relu6);
  flat.check("a flattened image");
}

TEST_CASE("several outputs are read back in the file's order") {
  Headless model;
  model.pool(LayerKind::pool);
  model.dense("dense_1", 6, ActivationFunction::relu);
  model.dense("dense_2", 4, ActivationFunction::none);
  model.network.outputs = {"separable_2", "dense_1", "dense_2"};
  model.check("an image and two vectors");
}

TEST_CASE("pools over windows and strides that differ are read back") {
  Network network = build_network({"mobilenet_v2", 0.35, 1, 64, 64, 10});
  network.blocks.resize(4);
  for (Layer& layer : network.blocks.back().layers) {
    if (layer.kind != LayerKind::depthwise) continue;
    layer.window.other_stride_x = 1 + layer.window.stride % 2;
  }
  // What follows from the other stride for the layers behind.
  mobilith::Shape shape = network.blocks.back().in();
  for (Layer& layer : network.blocks.back().layers) {
    const LayerWindow& w = layer.window;
    layer.in = shape;
    layer.out.height = (shape.height + w.pads.top + w.pads.bottom - w.rows()) / w.stride + 1;
    layer.out.width = (shape.width + w.pads.left + w.pads.right - w.columns()) / w.stride_x() + 1;
    shape = layer.out;
  }
  network.blocks.back().residual = false;
  if (network.blocks.back().layers.back().kind == LayerKind::add) network.blocks.back().layers.pop_back();
  for (const LayerKind kind : {LayerKind::window_max_pool, LayerKind::window_mean_pool}) {
    Layer pool{kind, to_string(kind), ""};
    pool.in = network.blocks.back().out();
    pool.window = {2, 3, 2};
    if (kind == LayerKind::window_max_pool) pool.window.pads = {1, 1, 0, 1};
    const LayerWindow& w = pool.window;
    pool.out = {(pool.in.height + w.pads.top + w.pads.bottom - w.height) / w.stride + 1,
                (pool.in.width + w.pads.left + w.pads.right - w.width) / w.stride_x() + 1, pool.in.channels};
    network.blocks.push_back(
        {BlockKind::window_pool, "window_pool_" + std::to_string(network.blocks.size() - 3), "", {pool}});
  }
  network.outputs = {network.blocks.back().name};
  network.configuration.net = custom_network;
  network.configuration.classes = network.blocks.back().out().channels;
  check(network, "pools over windows", {writers, 1});
}

}  // namespace test_network_files
