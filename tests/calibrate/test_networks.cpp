// From a float network to a quantised graph, on small networks.
#include <cmath>

#include "calibrate/calibrate.h"
#include "calibrate/equalise.h"
#include "calibrate/imitate.h"
#include "calibrate/small_network.h"
#include "calibrate/whole_graph.h"
#include "catch.h"
#include "formats/read_graph.h"
#include "formats/write_tflite.h"
#include "reference/reference.h"

namespace test_networks {

using namespace mobilith;
using namespace mobilith::calibration;

namespace {

const std::function<void()> silent = [] {};
const std::function<void(size_t, size_t)> quiet = [](size_t, size_t) {};

double mean_square(const Values& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum / double(values.size());
}

double mean_square_error(const Values& a, const Values& b) {
  Values difference(a.size());
  for (size_t i = 0; i < a.size(); i++) difference[i] = a[i] - b[i];
  return mean_square(difference);
}

file::Graph rounded(FloatNetwork net, const Pictures& pictures, bool equalised) {
  Statistics known = statistics(net, pictures, silent);
  if (equalised) equalise(net, known);
  return whole_graph(net, whole_network(net, known, histograms(net, known, pictures, silent), pictures,
                                        nullptr, /*reduce_range=*/false, quiet));
}

// Mean square of what is wrong, relative to that of the outputs.
double error_of(const FloatNetwork& net, const file::Graph& graph, const Pictures& pictures,
                quantised::Requantise mode) {
  double wrong = 0, all = 0;
  for (size_t p = 0; p < pictures.count; p++) {
    const Values wanted = outputs_of(net, pictures.picture(p))[0];
    const auto given =
        quantised::evaluate(graph, std::vector<std::vector<double>>{pictures.picture(p)}, mode);
    wrong += mean_square_error(given.at(0).numbers, wanted), all += mean_square(wanted);
  }
  return wrong / all;
}

Network network_of(const std::string& net, double alpha, int side) {
  Configuration c;
  c.net = net, c.alpha = alpha, c.height = c.width = side, c.classes = 10;
  return build_network(c);
}

}  // namespace

TEST_CASE("A float network computes what the reference does") {
  const auto weights = open_weights("synthetic");
  for (const auto& [name, side] :
       {std::pair("mobilenet_v1", 64), std::pair("mobilenet_v2", 65), std::pair("mobilenet_v3_small", 64)}) {
    INFO(name);
    const Network network = network_of(name, name == std::string("mobilenet_v3_small") ? 1.0 : 0.35, side);
    const reference::Activation image = reference::formula_input(network.image());
    const Values wanted = reference::run_network(network, *weights, image, false).values;
    const Values given = outputs_of(float_network(network, *weights), image.values)[0];
    REQUIRE(given.size() == wanted.size());
    CHECK(std::sqrt(mean_square_error(given, wanted)) <= 5e-6 * std::sqrt(mean_square(wanted)));
  }
}

TEST_CASE("Equalising leaves a network's outputs, and its channels fill their tensors") {
  const FloatNetwork net = testing::small_network(1, 64);
  const Pictures pictures = testing::small_pictures(net.image, 6);
  FloatNetwork equal = net;
  Statistics known = statistics(net, pictures, silent);
  equalise(equal, known);
  for (size_t p = 0; p < pictures.count; p++) {
    const Values wanted = outputs_of(net, pictures.picture(p))[0],
                 given = outputs_of(equal, pictures.picture(p))[0];
    CHECK(std::sqrt(mean_square_error(given, wanted)) <= 1e-5 * std::sqrt(mean_square(wanted)));
  }
  // What is known of the tensors was brought along.
  const Statistics again = statistics(equal, pictures, silent);
  for (size_t i = 0; i < net.nodes.size(); i++)
    for (size_t c = 0; c < net.nodes[i].channels(); c++)
      CHECK(again.nodes[i].most[c] == Approx(known.nodes[i].most[c]).epsilon(1e-4).margin(1e-5));
}

TEST_CASE(
    "Rounded networks give nearly what floats do, in both arithmetics; equalised and corrected ones more "
    "nearly") {
  double plain = 0, better = 0;
  for (uint32_t seed = 1; seed <= 4; seed++) {
    const FloatNetwork net = testing::small_network(seed, 64);
    const Pictures pictures = testing::small_pictures(net.image, 6);
    const file::Graph graph = rounded(net, pictures, true);
    for (const auto mode : {quantised::Requantise::floating, quantised::Requantise::integer})
      CHECK(error_of(net, graph, pictures, mode) < 0.003);  // 25 dB
    better += error_of(net, graph, pictures, quantised::Requantise::floating);
    plain += error_of(net, rounded(net, pictures, false), pictures, quantised::Requantise::floating);
  }
  CHECK(better < plain / 2);
}

TEST_CASE("Biases bring each channel's mean to what it is in floats") {
  const FloatNetwork net = testing::small_network(3, 8);
  const Pictures pictures = testing::small_pictures(net.image, 6);
  const file::Graph graph = rounded(net, pictures, true);
  std::vector<double> error(net.nodes.back().channels());
  double size = 0;
  for (size_t p = 0; p < pictures.count; p++) {
    const Values wanted = outputs_of(net, pictures.picture(p))[0];
    const auto given = quantised::evaluate(graph, std::vector<std::vector<double>>{pictures.picture(p)},
                                           quantised::Requantise::floating)[0]
                           .numbers;
    for (size_t c = 0; c < error.size(); c++) error[c] += (given[c] - wanted[c]) / double(pictures.count);
    size += std::sqrt(mean_square_error(given, wanted)) / double(pictures.count);
  }
  CHECK(std::sqrt(mean_square(error)) < 0.5 * size);
}

TEST_CASE(
    "The graph of a calibrated network is the one that its TFLite file is read as, and two runs give the "
    "same bytes") {
  const auto weights = open_weights("synthetic");
  for (const char* name : {"mobilenet_v1", "mobilenet_v2", "mobilenet_v3_small"}) {
    const Network network = network_of(name, 0.35, 48);
    const Pictures pictures = testing::small_pictures(network.image(), 4);
    const auto run = [&] {
      return calibrate(network, *weights, pictures, {quantised::Requantise::floating},
                       [](const char*, size_t, size_t) {});
    };
    const Calibrated calibrated = run();
    CHECK(calibrated.report.pictures == 4);
    CHECK(calibrated.report.layers.size() > 20);
    const std::string bytes = file::tflite_file(calibrated.graph, "test");
    CHECK(bytes == file::tflite_file(run().graph, "test"));
    const file::Graph read = file::read_graph(std::make_shared<const std::string>(bytes), {});
    const std::vector<std::vector<double>> image{pictures.picture(0)};
    // The file has floats between the logits and the softmax: they are as near as a float's exponential.
    const Values wanted =
        quantised::evaluate(calibrated.graph, image, quantised::Requantise::floating)[0].numbers;
    double sum = 0;
    for (const double share : wanted) sum += share;
    CHECK(sum == Approx(1).epsilon(1e-5));
    CHECK(read.outputs.size() == 1);
    CHECK(*read.tensors[size_t(read.inputs[0])].shape == file::Extents{1, 48, 48, 3});
  }
}

TEST_CASE("Pads that TFLite has no word for become an operation, and the numbers stay") {
  const FloatNetwork net = testing::small_network(2, 4);  // pads of 1 at stride 2
  const Pictures pictures = testing::small_pictures(net.image, 3);
  const file::Graph graph = rounded(net, pictures, true);
  const file::Graph read =
      file::read_graph(std::make_shared<const std::string>(file::tflite_file(graph, "test")), {});
  const auto pads =
      std::count_if(read.operations.begin(), read.operations.end(),
                    [](const file::Operation& o) { return o.kind == file::OperationKind::pad; });
  CHECK(pads == 1);
  for (const auto mode : {quantised::Requantise::floating, quantised::Requantise::integer})
    for (size_t p = 0; p < pictures.count; p++) {
      const std::vector<std::vector<double>> image{pictures.picture(p)};
      CHECK(quantised::evaluate(read, image, mode)[0].numbers ==
            quantised::evaluate(graph, image, mode)[0].numbers);
    }
}

TEST_CASE("What a TFLite file can't say is refused by the operation's name") {
  FloatNetwork net = testing::small_network(2, 4);
  net.nodes[0].bounds = {0, 4.5};
  const file::Graph graph = rounded(net, testing::small_pictures(net.image, 2), false);
  CHECK_THROWS_WITH(file::tflite_file(graph, ""),
                    Catch::Matchers::Contains("layer_0") && Catch::Matchers::Contains("0 to 4.5"));
}

TEST_CASE("A channel whose weights are next to nothing has a scale for its bias") {
  FloatNetwork net = testing::small_network(5, 4);
  for (size_t i = 0; i < net.nodes[0].kernel.size(); i += net.nodes[0].channels())
    net.nodes[0].kernel[i] = 1e-25f;
  net.nodes[0].bias[0] = -44;
  net.nodes[0].bias[1] = 3;
  const Pictures pictures = testing::small_pictures(net.image, 4);
  CHECK(error_of(net, rounded(net, pictures, true), pictures, quantised::Requantise::floating) < 0.01);
}

TEST_CASE("Without pictures each channel is brought to what its batch norm learned") {
  FloatNetwork net = testing::small_network(6, 4);
  Node& node = net.nodes[2];
  node.mean.assign(node.channels(), 0.5), node.deviation.assign(node.channels(), 2);
  const Pictures pictures = testing::small_pictures(net.image, 6);
  const Statistics seen = statistics(imitated(net, pictures), pictures, silent);
  for (size_t c = 0; c < node.channels(); c++) {
    CHECK(seen.nodes[2].mean[c] == Approx(0.5).margin(1e-3));
    CHECK(seen.nodes[2].mean_square[c] == Approx(4.25).epsilon(1e-2));
  }
}

TEST_CASE("Nothing is left of a gate's hard sigmoid") {
  const auto weights = open_weights("synthetic");
  const FloatNetwork net = float_network(network_of("mobilenet_v3_small", 1.0, 32), *weights);
  int gates = 0;
  for (const Node& node : net.nodes) {
    CHECK(node.function.kind != ActivationKind::hard_sigmoid);
    if (node.layer.kind != LayerKind::multiply) continue;
    gates++;
    CHECK(net.nodes[size_t(node.inputs[1])].bounds == file::Clamp{0, 6});
  }
  CHECK(gates == 9);
}

TEST_CASE("A gate whose image is kept within bounds keeps its hard sigmoid, and is refused") {
  const auto weights = open_weights("synthetic");
  Network network = network_of("mobilenet_v3_small", 1.0, 32);
  for (Block& block : network.blocks)
    for (Layer& layer : block.layers)
      if (layer.kind == LayerKind::multiply) layer.activation = ActivationFunction::relu6;
  CHECK_THROWS_WITH(float_network(network, *weights), Catch::Matchers::Contains("no gate's"));
}

TEST_CASE("What bytes can't compute is refused by the layer's name") {
  const auto weights = open_weights("synthetic");
  Network network = network_of("mobilenet_v1", 0.35, 32);
  network.blocks[0].layers[0].outside = {127.5f, 127.5f, 127.5f};
  CHECK_THROWS_WITH(float_network(network, *weights),
                    Catch::Matchers::Contains("conv1") && Catch::Matchers::Contains("scales its image"));
  network.blocks[0].layers[0].outside.clear();
  network.blocks.back().layers.back().kind = LayerKind::l2_normalise;
  CHECK_THROWS_AS(float_network(network, *weights), WeightsError);
}

}  // namespace test_networks
